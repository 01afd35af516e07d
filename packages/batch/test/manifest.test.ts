import { describe, expect, it } from 'vitest';
import { expand, manifestSecret, parseManifest } from '../src/manifest.js';

const options = { path: 'users.csv', homeOf: (user: string) => `/home/${user}` };
const templates = { ...options, sourceTemplate: '/srv/pst/%u.pst', targetTemplate: 'imaps://%u@imap.example.org/' };

describe('parseManifest', () => {
  it('reads our own columns, with either separator, quotes and a BOM', () => {
    const text =
      '\uFEFFuser;source;target;group;priority;options\n"ann";"mbox:~/mail:INBOX=/var/mail/%u";maildir:~/Maildir;pilot;5;--layout=fs --subscribe\n';
    expect(parseManifest(text, options)).toEqual([
      {
        id: 'ann',
        user: 'ann',
        sources: ['mbox:/home/ann/mail:INBOX=/var/mail/ann'],
        target: 'maildir:/home/ann/Maildir',
        group: 'pilot',
        priority: 5,
        options: { layout: 'fs', subscribe: true },
      },
    ]);
    expect(parseManifest('user,source,target\nbob,"/a,b",/c\n', options)[0]?.sources).toEqual(['/a,b']);
  });

  it('names the very user in the URL of an account, and not whom a URL would take the name for', () => {
    for (const user of ['a#b', 'a?b', 'a%41b', 'a\\\\b', 'ü', 'ann@example.org']) {
      const url = new URL(expand('imaps://%u@host/Archive', user, options));
      expect([decodeURIComponent(url.username), url.host, url.pathname]).toEqual([user, 'host', '/Archive']);
      expect(expand('/srv/%u', user, options)).toBe(`/srv/${user}`);
    }
  });

  it('is empty when all its rows are comments, as a survey writes them where nobody has mail', () => {
    expect(parseManifest('user;source;target;group\n# ann: nothing to move\n', options)).toEqual([]);
    expect(parseManifest('user,source,target\n', options)).toEqual([]);
    expect(() => parseManifest('', options)).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID' }));
  });

  it('keeps a reference to a secret and never the secret', () => {
    const text = 'user,source,target,password\nann,/a,/b,sesame\nbob,/a,/b,tomato\n';
    const jobs = parseManifest(text, options);
    expect(JSON.stringify(jobs)).not.toMatch(/sesame|tomato/u);
    expect(jobs[1]?.secret).toEqual({ kind: 'manifest', path: 'users.csv', record: 2 });
    expect(manifestSecret(text, 2)).toBe('tomato');
    expect(parseManifest('user,source,target,password-file\nann,/a,/b,/etc/ann.pw\n', options)[0]?.secret).toEqual({
      kind: 'file',
      path: '/etc/ann.pw',
    });
  });

  it.each(['user1;password1;user2;password2\nann;old;ann@example.org;new\n', 'ann;old;ann@example.org;new;\n'])(
    "reads imapsync's file %j",
    (text) => {
      const jobs = parseManifest(text, templates);
      expect(jobs).toMatchObject([
        { user: 'ann', login: 'ann@example.org', sources: ['/srv/pst/ann.pst'], target: 'imaps://ann@example.org@imap.example.org/' },
      ]);
      expect(JSON.stringify(jobs)).not.toMatch(/old|new/u);
      expect(manifestSecret(text, 1)).toBe('new');
    },
  );

  it.each([
    'email:,collector_login:,collector_username:,collector_password:',
    'email,collector_login,collector_username,collector_password',
  ])('reads the dialect with a service account: %s', (header) => {
    const text = `${header}\nann@example.org,imap,svc-migrate,secret\n`;
    expect(parseManifest(text, templates)).toMatchObject([
      { user: 'ann@example.org', authUser: 'svc-migrate', sources: ['/srv/pst/ann@example.org.pst'] },
    ]);
    expect(manifestSecret(text, 1)).toBe('secret');
  });

  it('numbers the jobs of a user who has several', () => {
    expect(parseManifest('user,source,target\nann,/a,/b\nann,/c,/b\n', options).map(({ id }) => id)).toEqual(['ann', 'ann#2']);
  });

  it.each(['user001;pw;user001;new\n', 'user;pw;user;new;\n', '# old; new\n\nuser001;pw;user001;new\n', 'ann;p"w;ann;new\n'])(
    "takes the first row of imapsync's file for a user, whatever the user is called: %j",
    (text) => {
      const [job, ...others] = parseManifest(text, templates);
      expect([job?.user, others, manifestSecret(text, 1)]).toEqual([text.match(/\b(?:user\d*|ann)\b/u)?.[0], [], 'new']);
    },
  );

  it('knows the header behind comments and empty lines', () => {
    expect(parseManifest('# made by hand, for tonight\n\nuser;source;target\nann;/a;/b\n', options)).toMatchObject([
      { user: 'ann', target: '/b' },
    ]);
  });

  it('shows no password of a row that cannot be read', () => {
    expect(() => parseManifest('user,source,target,password\nann,/a,/b,"se"same\n', options)).toThrow(/^(?!.*(?:se|same)\b)/u);
    expect(() => parseManifest('user;sesame;user;tomato\n', options)).toThrow(/^(?!.*(?:sesame|tomato))/u);
  });

  it('keeps every value of an option, and quoted spaces; what is no option is refused', () => {
    const optionsOf = (column: string) => parseManifest(`user;source;target;options\nann;/a;/b;${column}\n`, options)[0]?.options;
    expect(optionsOf("--folder='Sent Items' --folder=Work lock layout=fs")).toEqual({
      folder: ['Sent Items', 'Work'],
      lock: true,
      layout: 'fs',
    });
    expect(optionsOf('--folder="Sent Items" --layout=fs --layout=maildir++')).toEqual({
      folder: 'Sent Items',
      layout: ['fs', 'maildir++'],
    });
    expect(() => optionsOf('--folder=Sent Items')).toThrow('record 1: "Items" is no option');
    expect(() => optionsOf("--folder='Sent Items")).toThrow('is no option');
  });

  it.each([
    ['name,source,target\nann,/a,/b\n', 'no column named user'],
    ['user,source,target,colour\nann,/a,/b,red\n', 'unknown column colour'],
    ['user,source,target\n../root,/a,/b\n', 'cannot be a user name'],
    ['user,source,target\n-rf,/a,/b\n', 'cannot be a user name'],
    ['user,source,target\n,/a,/b\n', 'has no user'],
    ['user,source,target\nann,/a,\n', 'has no target'],
    ['user,source,target,priority\nann,/a,/b,high\n', 'no whole number'],
    ['user,source,target\nann,"/a,/b\n', 'quote'],
  ])('refuses %j and says why', (text, why) => {
    expect(() => parseManifest(text, options)).toThrow(why);
  });
});

it('expands the letters that Dovecot expands', () => {
  expect(expand('maildir:~/M:INDEX=%h/ix', 'ann', options)).toBe('maildir:/home/ann/M:INDEX=/home/ann/ix');
  expect(expand('/srv/%d/%n/100%%', 'ann@example.org', options)).toBe('/srv/example.org/ann/100%');
});
