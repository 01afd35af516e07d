// The telephone numbers of a contact ([MS-OXOCNTC] 2.2.1.4) as TEL, each with what it is for.
import { type JProperty, jProperty } from './jcal.js';
import { Pid } from './properties.js';

const TELEPHONES: readonly (readonly [number, readonly string[]])[] = [
  [Pid.PidTagBusinessTelephoneNumber, ['work', 'voice']],
  [Pid.PidTagBusiness2TelephoneNumber, ['work', 'voice']],
  [Pid.PidTagCompanyMainTelephoneNumber, ['work', 'voice', 'x-company']],
  [Pid.PidTagHomeTelephoneNumber, ['home', 'voice']],
  [Pid.PidTagHome2TelephoneNumber, ['home', 'voice']],
  [Pid.PidTagMobileTelephoneNumber, ['cell']],
  [Pid.PidTagCarTelephoneNumber, ['car']],
  [Pid.PidTagRadioTelephoneNumber, ['voice', 'x-radio']],
  [Pid.PidTagPrimaryTelephoneNumber, ['voice', 'pref']],
  [Pid.PidTagOtherTelephoneNumber, ['voice']],
  [Pid.PidTagCallbackTelephoneNumber, ['voice', 'x-callback']],
  [Pid.PidTagAssistantTelephoneNumber, ['work', 'voice', 'x-assistant']],
  [Pid.PidTagPagerTelephoneNumber, ['pager']],
  [Pid.PidTagBusinessFaxNumber, ['work', 'fax']],
  [Pid.PidTagHomeFaxNumber, ['home', 'fax']],
  [Pid.PidTagPrimaryFaxNumber, ['fax']],
  [Pid.PidTagTtyTddPhoneNumber, ['textphone']],
  [Pid.PidTagIsdnNumber, ['isdn']],
];
/** Types of TEL that vCard 4 does not know (RFC 6350 §6.4.1) as names of our own, without which nobody could tell whose number it is. */
const ONLY_IN_3: ReadonlyMap<string, string> = new Map([
  ['car', 'x-car'],
  ['isdn', 'x-isdn'],
]);

/** TEL of vCard 4 (RFC 6350 §6.4.1) or 3 (RFC 2426 §3.3.1) for each number that there is. */
export function telephones(text: (id: number) => string | undefined, version: 3 | 4): JProperty[] {
  return TELEPHONES.flatMap(([id, types]) => {
    if (version === 3) return jProperty('tel', 'text', text(id), { type: types });
    const known = types.filter((type) => type !== 'pref').map((type) => ONLY_IN_3.get(type) ?? type);
    return jProperty('tel', 'text', text(id), { type: known, ...(types.includes('pref') ? { pref: '1' } : {}) });
  });
}
