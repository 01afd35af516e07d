"""What icalendar, recurring_ical_events and vobject find in the item files of a directory, as JSON: read_items.py DIRECTORY < RANGES, where RANGES is
{summary: [from, to]} in ms since the epoch: the occurrences of an event that start there."""
import datetime, glob, json, os, sys
import icalendar, recurring_ical_events, vobject

ranges = json.load(sys.stdin)
out = {"events": {}, "contacts": {}, "tasks": {}, "errors": []}


def ms(value):
    if isinstance(value, datetime.datetime):
        return (value if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)).timestamp() * 1000
    return datetime.datetime(value.year, value.month, value.day, tzinfo=datetime.timezone.utc).timestamp() * 1000


def day(at):
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=at)).date()


def occurrence(event):
    start = event["DTSTART"].dt
    end = event["DTEND"].dt if "DTEND" in event else start
    floats = isinstance(start, datetime.datetime) and start.tzinfo is None
    return {"start": ms(start), "end": ms(end), "summary": str(event.get("SUMMARY", "")), "location": str(event.get("LOCATION", "")), "isDay": not isinstance(start, datetime.datetime), "floats": floats}


for path in glob.glob(os.path.join(sys.argv[1], "**", "*.ics"), recursive=True):
    with open(path, "rb") as f:
        octets = f.read()
    calendar = icalendar.Calendar.from_ical(octets)
    out["errors"] += [f"{path}: {c.name} {c.errors}" for c in calendar.walk() if c.errors]
    list(vobject.readComponents(octets.decode()))
    series = {}
    for event in calendar.walk("VEVENT"):
        series.setdefault(str(event["UID"]), []).append(event)
    for uid, events in series.items():
        part = icalendar.Calendar()
        for zone in calendar.walk("VTIMEZONE"):
            part.add_component(zone)
        for event in events:
            part.add_component(event)
        master = [e for e in events if "RECURRENCE-ID" not in e]
        key = str(master[0].get("SUMMARY", "")) if len(master) == 1 else f"{len(master)} masters of {uid}"
        first, last = ranges.get(key, (0, 0))
        found = recurring_ical_events.of(part).between(day(first), day(last))
        out["events"][key] = [o for o in map(occurrence, found) if first <= o["start"] < last]
    for task in calendar.walk("VTODO"):
        out["tasks"][str(task["SUMMARY"])] = {"start": ms(task["DTSTART"].dt), "rule": "RRULE" in task}
for path in glob.glob(os.path.join(sys.argv[1], "**", "*.vcf"), recursive=True):
    with open(path, encoding="utf8", newline="") as f:
        for card in vobject.readComponents(f.read()):
            each = {"emails": [e.value for e in card.contents.get("email", [])], "phones": sorted(t.value for t in card.contents.get("tel", []))}
            n = card.n.value
            each.update(given=n.given, surname=n.family)
            if "adr" in card.contents:
                each.update(street=card.adr.value.street, city=card.adr.value.city)
            for name, field in (("note", "note"), ("title", "title")):
                if field in card.contents:
                    each[name] = card.contents[field][0].value
            if "org" in card.contents:
                each["company"] = card.org.value[0]
            out["contacts"][card.fn.value] = each
json.dump(out, sys.stdout)
