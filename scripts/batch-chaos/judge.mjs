// What a batch has to leave behind: each message of the truth once, as it was, with a UID of its own.
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files of messages below a Maildir. */
export function stored(target) {
  if (!existsSync(target)) return [];
  return readdirSync(target, { recursive: true })
    .filter((name) => /(?:^|\/)(?:cur|new)\/[^/]+$/.test(name))
    .map((name) => join(target, name));
}

/** Tells what of one user is not as the truth has it, at the end of a round; `status` is the line that `mailferry status` has for him. */
export function judgeUser(user, status, fault) {
  const { state, lastMessage, messages } = status;
  const isAble = [undefined, 'full', 'fifo'].includes(user.trouble);
  if (isAble !== (state === 'done')) return fault(`${user.user} (${user.trouble}) is ${state}: ${lastMessage}`);
  const paths = stored(user.target);
  if (!isAble) return paths.length > 0 && fault(`${user.user} (${user.trouble}) has mail`);
  if (messages !== user.messages.size) fault(`${user.user}: status says ${messages} of ${user.messages.size} messages`);
  const places = new Map();
  const seen = new Set();
  for (const path of paths) {
    const token = judgeMessage(user, path, places, fault);
    if (seen.has(token)) fault(`${token} is there twice`);
    seen.add(token);
  }
  for (const token of user.messages.keys()) if (!seen.has(token)) fault(`${token} is not there`);
  for (const folder of places.keys()) judgeUids(folder, fault);
}

/** One message file; who it says it is. `places` has the folder of the source for each of the Maildir. */
function judgeMessage(user, path, places, fault) {
  const text = readFileSync(path, 'utf8');
  const token = /^Subject: (.*)$/m.exec(text)?.[1];
  const wanted = user.messages.get(token);
  const folder = dirname(dirname(path));
  if (wanted?.text !== text) fault(`${token}: another text, ${path}`);
  if ((places.get(folder) ?? wanted?.folder) !== wanted?.folder) fault(`${token}: in ${folder}`);
  if (/S[^,]*$/.test(path.split(':2,')[1] ?? '') !== wanted?.isSeen) fault(`${token}: flags ${path}`);
  const { uid, mode } = lstatSync(path);
  if (uid !== user.uid || (mode & 0o077) !== 0) fault(`${path}: of ${uid}, mode ${mode.toString(8)}`);
  places.set(folder, wanted?.folder);
  return token;
}

/** Each file has a line of its own in the uidlist, and UIDs grow. */
function judgeUids(folder, fault) {
  const [, ...lines] = readFileSync(join(folder, 'dovecot-uidlist'), 'utf8').trimEnd().split('\n');
  const listed = lines.map((line) => [Number(line.split(' ')[0]), line.slice(line.indexOf(':') + 1).split(':')[0]]);
  if (listed.some(([uid], i) => i > 0 && uid <= listed[i - 1][0])) fault(`${folder}: UIDs do not grow`);
  const names = new Set(listed.map(([, name]) => name));
  for (const name of readdirSync(join(folder, 'cur'))) if (!names.has(name.split(':')[0])) fault(`${folder}: ${name} has no UID`);
  if (names.size !== listed.length) fault(`${folder}: a name has two UIDs`);
}

/** Every file of the homes as a later run should find it again; the ledger may note a run. */
export function snapshot(users) {
  return new Map(
    users
      .flatMap(({ home }) => readdirSync(home, { recursive: true }).map((name) => join(home, name)))
      .filter((path) => !path.endsWith('/mailferry-ledger'))
      .map((path) => [path, lstatSync(path)])
      .map(([path, { ino, size, mtimeMs, mode, uid }]) => [path, `${ino} ${mode} ${uid} ${mode >> 12 === 4 ? '' : `${size} ${mtimeMs}`}`]),
  );
}
