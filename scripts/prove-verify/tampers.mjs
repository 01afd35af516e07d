// Ways to spoil one thing on either side, each with what takes it back, and what the independent checker has to say: `failure`, `user` (flags that a user
// may have changed), or nothing where it cannot know (what the source gained since, its ledger does not say).
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Message files of all folders. */
function filesOf(maildir) {
  const folders = readdirSync(maildir).filter((name) => name.startsWith('.'));
  return ['', ...folders].flatMap((folder) =>
    ['cur', 'new'].flatMap((part) => {
      const directory = join(maildir, folder, part);
      try {
        return readdirSync(directory).map((name) => join(directory, name));
      } catch {
        return [];
      }
    }),
  );
}

const one = ({ maildir, pick }) => {
  const files = filesOf(maildir).sort();
  return files[pick(files.length)];
};

/** Rewrites a file and leaves its times. */
function rewrite(path, change) {
  const [octets, { atime, mtime }] = [readFileSync(path), statSync(path)];
  const changed = change(Buffer.from(octets));
  if (changed === undefined || changed.equals(octets)) return undefined;
  writeFileSync(path, changed);
  utimesSync(path, atime, mtime);
  return () => {
    writeFileSync(path, octets);
    utimesSync(path, atime, mtime);
  };
}

const flipped = (octets, at) => {
  octets[at] ^= 1;
  return octets;
};

function editSource({ source }, change) {
  return rewrite(source, (octets) => Buffer.from(change(octets.toString('latin1').split(/^(?=From ann@)/m)).join(''), 'latin1'));
}

const editOne = (place, change) =>
  editSource(place, (messages) => {
    const at = place.pick(messages.length);
    return messages.map((message, i) => (i === at ? change(message) : message));
  });

/** Kind → how, and the checker's verdict. */
export const TAMPERS = {
  'flip an octet of the target': {
    verdict: 'failure',
    tamper: (place) => rewrite(one(place), (octets) => flipped(octets, place.pick(octets.length))),
  },
  'cut the end of a target file': {
    verdict: 'failure',
    tamper: (place) => rewrite(one(place), (octets) => octets.subarray(0, place.pick(octets.length))),
  },
  'add an octet to a target file': {
    verdict: 'failure',
    tamper: (place) => rewrite(one(place), (octets) => Buffer.concat([octets, Buffer.from('x')])),
  },
  'LF to CRLF in a target file': {
    verdict: 'failure',
    tamper: (place) => rewrite(one(place), (octets) => Buffer.from(octets.toString('latin1').replace(/(?<!\r)\n/, '\r\n'), 'latin1')),
    mboxOnly: true,
  },
  'drop a target file': {
    verdict: 'failure',
    tamper: (place) => {
      const path = one(place);
      renameSync(path, `${place.maildir}.dropped`);
      return () => renameSync(`${place.maildir}.dropped`, path);
    },
  },
  'double a target file': {
    verdict: 'failure',
    tamper: (place) => {
      const path = one(place);
      const copy = path.replace(/\.M\d+/, '.M77777');
      copyFileSync(path, copy);
      const { atime, mtime } = statSync(path);
      utimesSync(copy, atime, mtime);
      return () => rmSync(copy);
    },
  },
  'date of a target file': {
    verdict: 'failure',
    tamper: (place) => {
      const path = one(place);
      const { atime, mtime } = statSync(path);
      const other = mtime.getTime() / 1000 + (place.pick(2) === 0 ? -1 : 1) * (1 + place.pick(1e6));
      utimesSync(path, other, other);
      return () => utimesSync(path, atime, mtime);
    },
  },
  'flag of a target file': {
    verdict: 'user',
    tamper: (place) => {
      const path = one(place);
      const other = path.includes('F', path.lastIndexOf(':2,')) ? path.replace(/F(?=[A-Za-z]*$)/, '') : `${path}F`;
      renameSync(path, other);
      return () => renameSync(other, path);
    },
  },
  'flip an octet of the source': {
    verdict: 'failure',
    mboxOnly: true,
    tamper: (place) =>
      rewrite(place.source, (octets) => {
        const found = octets.indexOf('Berth', place.pick(octets.length - 100));
        return flipped(octets, (found < 0 ? octets.indexOf('Berth') : found) + place.pick(5));
      }),
  },
  'drop a message of the source': {
    mboxOnly: true,
    tamper: (place) => editSource(place, (messages) => messages.toSpliced(place.pick(messages.length), 1)),
  },
  'double a message of the source': {
    mboxOnly: true,
    tamper: (place) => editSource(place, (messages) => [...messages, messages[place.pick(messages.length)]]),
  },
  'flag of a source message': {
    mboxOnly: true,
    tamper: (place) => editOne(place, (message) => message.replace(/\nSubject:/, '\nX-Status: F\nSubject:')),
  },
  'date of a source message': {
    mboxOnly: true,
    tamper: (place) => editOne(place, (message) => message.replace(/ 12:00:00 /, ` 12:00:${10 + place.pick(50)} `)),
  },
};
