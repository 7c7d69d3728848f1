"""Runs a program at a pseudo-terminal: argv[1] is JSON {argv, cwd, env, steps, seconds}.
Each step {"wait": regex, "send": text} waits for new output and then types. Prints JSON {output, code, times}."""
import json, os, pty, re, select, signal, sys, time, fcntl, struct, termios

order = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.chdir(order["cwd"])
    os.execvpe(order["argv"][0], order["argv"], order["env"])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
output, seen, times = "", 0, []
steps = list(order["steps"])
end = time.monotonic() + order["seconds"]
raw = b""
while time.monotonic() < end:
    ready, _, _ = select.select([fd], [], [], 0.1)
    if ready:
        try:
            chunk = os.read(fd, 65536)
        except OSError:
            break
        if not chunk:
            break
        raw += chunk
        output = raw.decode("utf8", "ignore")
    if steps:
        found = re.search(steps[0]["wait"], output[seen:])
        if found:
            seen += found.end()
            times.append(time.monotonic())
            time.sleep(steps[0].get("pause", 0.2))
            os.write(fd, steps.pop(0)["send"].encode())
else:
    os.kill(pid, signal.SIGKILL)
_, status = os.waitpid(pid, 0)
times.append(time.monotonic())
code = os.waitstatus_to_exitcode(status)
print(json.dumps({"output": output, "code": code, "left": len(steps), "times": times}))
