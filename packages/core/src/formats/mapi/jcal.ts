// iCalendar and vCard as jCal and jCard (RFC 7265, RFC 7095), written out by ical.js: escaping, folding and value types are its work.
import ICAL from 'ical.js';

/** Parameters of a property, names in lower case. */
export type JParameters = Readonly<Record<string, string | readonly string[]>>;
/** A value: text, a structured value, or the parts of a recurrence rule. */
export type JValue = string | number | readonly string[] | Readonly<Record<string, string | number | readonly (string | number)[]>>;
/** Name, parameters, value type, values. */
export type JProperty = readonly [name: string, parameters: JParameters, type: string, ...values: JValue[]];
/** Name, properties, components inside. */
export type JComponent = readonly [name: string, properties: readonly JProperty[], components: readonly JComponent[]];

/** A property; none when its value is absent. */
export function jProperty(name: string, type: string, value: JValue | undefined, parameters: JParameters = {}): JProperty[] {
  return value === undefined || value === '' ? [] : [[name, parameters, type, value]];
}

const NEW_LINES = /\r\n?|[\v\f]/g;
const CONTROLS = /[^\P{Cc}\t\n\u0080-\u009f]/gu;
const ALL_CONTROLS = /\p{Cc}/gu;

/** Of control characters, a text of either format has tab and the escaped line end alone (RFC 5545 §3.1, RFC 6350 §3.3); VT is a line break inside a paragraph. */
function clean(value: JValue, type: string): JValue {
  // Only a text has line ends: ical.js would not escape those of a URI.
  if (typeof value === 'string') return value.replace(NEW_LINES, '\n').replace(type === 'text' ? CONTROLS : ALL_CONTROLS, '');
  return Array.isArray(value) ? value.map((part) => clean(part, type) as string) : value;
}

function cleanComponent([name, properties, inner]: JComponent): JComponent {
  const cleaned = properties.map((property): JProperty => {
    const [title, parameters, type, ...values] = property;
    return type === 'binary' ? property : [title, parameters, type, ...values.map((value) => clean(value, type))];
  });
  return [name, cleaned, inner.map(cleanComponent)];
}

/** One component with CRLF line ends, the last line too. */
export function componentText(component: JComponent): string {
  return `${ICAL.stringify.component(cleanComponent(component) as never, ICAL.design.icalendar)}\r\n`;
}

/** Stand for a semicolon of a text and a comma of a URI while ical.js writes them; no text has these noncharacters. */
const SEMICOLON = '\ufdd0';
const COMMA = '\ufdd1';

function kept(text: string, sign: string, mark: string): string {
  return text.includes(sign) || text.includes(mark) ? text.replaceAll(mark, '\ufffd').replaceAll(sign, mark) : text;
}

/** A property as ical.js shall write it: it escapes no semicolon in a text (RFC 2426 §4 demands it, RFC 6350 §3.4 allows it), but commas of a URI, and knows numbers of version 3. */
function writable([name, parameters, type, ...values]: JProperty, version: 3 | 4): JProperty {
  const texts = values.map((value) => {
    if (typeof value !== 'string') return value;
    return type === 'text' ? kept(value, ';', SEMICOLON) : type === 'uri' ? kept(value, ',', COMMA) : value;
  });
  return [name, parameters, name === 'tel' && version === 3 ? 'phone-number' : type, ...texts];
}

/** One vCard with CRLF line ends, the last line too. */
export function vcardText(card: JComponent, version: 3 | 4): string {
  const [name, properties, inner] = cleanComponent(card);
  const component = [name, properties.map((property) => writable(property, version)), inner];
  const text = ICAL.stringify.component(component as never, version === 4 ? ICAL.design.vcard : ICAL.design.vcard3);
  // A URI is no text (RFC 6350 §4.2): its comma stays.
  return `${text.replaceAll(COMMA, ',').replaceAll(SEMICOLON, '\\;')}\r\n`;
}

/** `2020-03-03T09:05:00` from milliseconds of local time, with `Z` for UTC. */
export function jDateTime(ms: number, isUtc: boolean): string {
  return new Date(ms).toISOString().slice(0, 19) + (isUtc ? 'Z' : '');
}

/** `2020-03-03` */
export function jDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
