// Dovecot's mail_location (doc/wiki/MailLocation.txt): `FORMAT:PATH[:KEY=VALUE …]`, with `~` and %-variables.
// Only what says where mail lies is used; indexes and control files are Dovecot's own.

/** Values of the variables. */
export interface DovecotVariables {
  /** `%u`: the whole user name. `%n` and `%d` are its parts before and after the `@`. */
  readonly user?: string;
  /** `%h`, and `~` at the start of a path. */
  readonly home?: string;
}

/** A location, taken apart. */
export interface DovecotLocation {
  /** `mbox`, `maildir`, `mdbox` …, lower case. */
  readonly format: string;
  readonly path: string;
  /** `INBOX=`, expanded. */
  readonly inbox?: string;
  /** `LAYOUT=`, lower case: `fs`, `maildir++` … */
  readonly layout?: string;
  /** True with the flag `UTF-8`: folder names on disk are not in modified UTF-7. */
  readonly hasUtf8Names: boolean;
  /** Variables without a value, such as `%h`. */
  readonly unknown: readonly string[];
}

const FORMATS: ReadonlySet<string> = new Set(['mbox', 'maildir', 'mdbox', 'sdbox', 'dbox', 'imapc', 'pop3c', 'mbx', 'mh', 'cydir']);

/** Takes a location apart; undefined when the text is none, but a path. */
export function parseDovecotLocation(text: string, variables: DovecotVariables = {}): DovecotLocation | undefined {
  const [format = '', path, ...settings] = text.split(':');
  if (path === undefined || !FORMATS.has(format.toLowerCase())) return undefined;
  const unknown: string[] = [];
  const expand = (value: string) => expandVariables(value, variables, unknown);
  const values = new Map<string, string>();
  for (const setting of settings) {
    const equals = setting.indexOf('=');
    if (equals > 0) values.set(setting.slice(0, equals).toUpperCase(), setting.slice(equals + 1));
    else values.set(setting.toUpperCase(), '');
  }
  const inbox = values.get('INBOX');
  const layout = values.get('LAYOUT');
  return {
    format: format.toLowerCase(),
    path: expand(path),
    ...(inbox === undefined ? {} : { inbox: expand(inbox) }),
    ...(layout === undefined ? {} : { layout: layout.toLowerCase() }),
    hasUtf8Names: values.has('UTF-8'),
    unknown,
  };
}

/** `~`, `%u %n %d %h`, their long forms `%{user} %{username} %{domain} %{home}`, and `%%`. */
function expandVariables(value: string, variables: DovecotVariables, unknown: string[]): string {
  const { user, home } = variables;
  const at = user?.lastIndexOf('@') ?? -1;
  const values: Readonly<Record<string, string | undefined>> = {
    u: user,
    n: at < 0 ? user : user?.slice(0, at),
    d: at < 0 ? (user === undefined ? undefined : '') : user?.slice(at + 1),
    h: home,
  };
  const longNames: Readonly<Record<string, string>> = { user: 'u', username: 'n', domain: 'd', home: 'h' };
  const expanded = value.replace(/%(?:([a-zA-Z%])|\{([a-z_]+)\})/g, (whole, short: string | undefined, long: string | undefined) => {
    if (short === '%') return '%';
    const known = values[short ?? longNames[long ?? ''] ?? ''];
    if (known === undefined) unknown.push(whole);
    return known ?? whole;
  });
  if (expanded !== '~' && !expanded.startsWith('~/')) return expanded;
  if (home === undefined) unknown.push('~');
  return home === undefined ? expanded : home + expanded.slice(1);
}
