// The frame around components (RFC 5545 §3.6): VCALENDAR, and each VTIMEZONE once, before what refers to it.

const ZONE = /BEGIN:VTIMEZONE\r\n[\s\S]*?END:VTIMEZONE\r\n/g;

/**
 * A whole iCalendar object of components with CRLF line ends. Equal time zones are written once; of unequal ones with one name the first wins.
 *
 * @param method of iTIP (RFC 5546), for an object that is sent by mail
 */
export function calendarText(components: Iterable<string>, method?: string): string {
  const zones = new Map<string, string>();
  const rest: string[] = [];
  for (const text of components) {
    for (const [zone] of text.matchAll(ZONE)) {
      const id = /\r\nTZID:([^\r]*(?:\r\n [^\r]*)*)/.exec(zone)?.[1] ?? '';
      if (!zones.has(id)) zones.set(id, zone);
    }
    rest.push(text.includes('BEGIN:VTIMEZONE') ? text.replace(ZONE, '') : text);
  }
  const head = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//mailferry//mailferry//EN',
    ...(method === undefined ? [] : [`METHOD:${method}`]),
  ];
  return `${head.join('\r\n')}\r\n${[...zones.values()].join('')}${rest.join('')}END:VCALENDAR\r\n`;
}
