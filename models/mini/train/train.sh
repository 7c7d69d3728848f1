#!/usr/bin/env bash
# The whole recipe on one GPU in three steps of under ten minutes, state kept in WORK between them:
#   PHOTOS=DIR HELD_OUT=DIR SOURCES=SOURCES.tsv bash train.sh 1 | 2 | 3
#   1: data, autoencoder, start of the flow    2: the flow goes on    3: the flow ends, export to WORK/export
set -euo pipefail
export PYTHONUNBUFFERED=1
step=${1:?1, 2 or 3}; A=${A:-6.0}; F1=${F1:-1.2}; F2=${F2:-9.2}; F3=${F3:-6.0}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
W=${WORK:-${TMPDIR:-/tmp}/mini}; mkdir -p "$W/runs"; cp "$here"/*.py "$W/"; cp "$here/../dragflow.json" "$W/"; cd "$W"
total=$(python3 -c "print($F1+$F2+$F3)")
flow() { python3 train_flow.py --data ph --val ho --vae runs/vae.pt --out runs/flow.pt --resume --minutes "$1" --total-minutes "$total" \
  --stages "${STAGES:-128:0.25,256:0.5,512:0.25}" --tokens "${TOKENS:-32768}" --reuse "${REUSE:-5}" --pool 4096 --prefill "${PREFILL:-2048}" \
  --workers "${WORKERS:-14}" --lr "${LR:-1e-3}" --warmup 200 --ema 0.999 --bg-weight 0.3 --save-minutes 3 --log 200; }
case $step in
  1) [ -f ph.bin ] || { python3 data.py build "${PHOTOS:?}" --sources "${SOURCES:?}" --hold-out "${HELD_OUT:?}" --out ph --max-side 768
                        python3 data.py build "$HELD_OUT" --out ho --max-side 768; }
     python3 train_vae.py --data ph --val ho --out runs/vae.pt --minutes "$A" --channels "${CH:-24,48,96,192}" --stages 64:0.3,128:0.5,256:0.2 \
       --pixels "${PIX:-1048576}" --workers "${WORKERS:-14}" --lr 2e-3 --mse 6 --edge 0.3 --eq 0.5 --eq-from 0.3 --log 200
     flow "$F1" ;;
  2) flow "$F2" ;;
  3) flow "$F3"; python3 export.py --vae runs/vae.pt --flow runs/flow.pt --out export --dragflow dragflow.json ;;
esac
