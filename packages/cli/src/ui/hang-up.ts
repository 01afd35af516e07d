/**
 * True where a hang-up (SIGHUP) says that the user of this process is gone: its output goes to a terminal. Else it was meant to go on without one (nohup,
 * setsid, cron). `nohup` asks the system to ignore the signal, but Node puts all signals back as it starts, so nobody can see that any more.
 */
export function hasTerminal(): boolean {
  return process.stdout.isTTY === true || process.stderr.isTTY === true;
}

/** Calls `stop` for a hang-up of the terminal; where there is none, the signal does nothing. Undone by what is returned. */
export function onHangUp(stop: () => void): () => void {
  const hungUp = (): void => {
    process.once('exit', endByHangUp);
    stop();
  };
  const heard = hasTerminal() ? hungUp : (): void => undefined;
  process.on('SIGHUP', heard);
  return () => process.off('SIGHUP', heard);
}

/** By the signal itself, as programs do: Node would put the terminal back as it was, and abort with a core dump since it is gone. */
function endByHangUp(): void {
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}
