#!/usr/bin/env bash
# Goes on training a bundle's transformer with processor time nobody else wants (idle scheduling class).
#   PHOTOS=DIR HELD_OUT=DIR SOURCES=SOURCES.tsv bash go-on.sh start [MODEL_DIR]
#   bash go-on.sh pause | resume | status | stop | export DIR
# State lies in ${DRAGFLOW_TRAIN:-~/.cache/dragflow-train}; start goes on from there, or begins from MODEL_DIR (default: this bundle).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=${DRAGFLOW_TRAIN:-$HOME/.cache/dragflow-train}; mkdir -p "$dir"
alive() { [ -f "$dir/pid" ] && kill -0 "$(cat "$dir/pid")" 2>/dev/null; }
case ${1:-status} in
  start)
    if alive; then echo "already running, process group $(cat "$dir/pid")"; exit 0; fi
    model=$(cd "${2:-$here/..}" && pwd)
    cp "$here"/*.py "$model"/dragflow.json "$dir"/
    # Latents must stay the ones that the transformer was trained on.
    [ -f "$dir/vae/vae/config.json" ] || { mkdir -p "$dir/vae"; cp -r "$model"/{vae,transformer,adapter,scheduler,model_index.json,dragflow.json} "$dir/vae/"; }
    cd "$dir"
    [ -f ph.bin ] || python3 data.py build "${PHOTOS:?}" --sources "${SOURCES:?}" --hold-out "${HELD_OUT:?}" --out ph --max-side 768
    [ -f ho.bin ] || python3 data.py build "${HELD_OUT:?}" --out ho --max-side 768
    setsid nohup chrt --idle 0 nice -n 19 python3 -u train_flow_cpu.py --data ph --val ho --vae vae --init vae --out flow.pt --resume \
      --minutes 100000 --total-minutes 100000 --stages 256:1 --tokens 8192 --reuse 10 --pool 2048 --opt muon --lr "${LR:-5e-4}" --warmup 200 \
      --ema 0.999 --drop 0.9 --ends 0.15 --bg-weight 0.2 --save-minutes 10 --log 100 >> log.txt 2>&1 < /dev/null &
    echo $! > pid; sleep 2; echo "training in the background, log $dir/log.txt" ;;
  pause) alive && kill -STOP -- -"$(cat "$dir/pid")" && echo paused ;;
  resume) alive && kill -CONT -- -"$(cat "$dir/pid")" && echo resumed ;;
  stop) alive && { kill -CONT -- -"$(cat "$dir/pid")"; kill -- -"$(cat "$dir/pid")"; }; rm -f "$dir/pid"; echo stopped ;;
  status) alive && echo running || echo "not running"; tail -n 3 "$dir/log.txt" 2>/dev/null || true ;;
  export) cd "$dir" && python3 export.py --vae vae --flow flow.pt --out "${2:?a folder}" --dragflow dragflow.json ;;
  *) sed -n 2,6p "$0"; exit 2 ;;
esac
