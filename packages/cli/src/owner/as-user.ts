// The first lines of a child that root starts for a user. It takes the user's groups, gid and uid before it imports anything else of the program, so
// that no file of a home is ever opened with root's rights. Only Node's own modules are loaded until then.

const [user = '', uidText = '', groupText = '', ...words] = process.argv.slice(2);
const uid = Number(uidText);
const group = /^\d+$/.test(groupText) ? Number(groupText) : groupText;

process.umask(0o077);
if (/^\d+$/.test(user)) process.setgroups?.([group]);
else process.initgroups?.(user, group);
process.setgid?.(group);
process.setuid?.(uid);
if (process.getuid?.() !== uid || process.geteuid?.() !== uid || uid === 0) process.exit(70);

process.env['USER'] = user;
process.env['LOGNAME'] = user;
try {
  process.env['HOME'] = (await import('node:os')).userInfo().homedir;
} catch {
  delete process.env['HOME'];
}

// Without its parent nobody could stop it any more: it ends as if it had been asked to.
process.channel?.unref();
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));

const program = await import('../program.js').catch((error: unknown) => {
  process.stderr.write(
    `error[OWNER_CANNOT_READ]: ${user} cannot read the files of mailferry\n  note: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.stderr.write(
    '  help: install mailferry where every user may read it, such as /usr/local/lib\n        mailferry explain OWNER_CANNOT_READ\n',
  );
  process.exit(77);
});
await program.main([process.execPath, 'mailferry', ...words]);

export {};
