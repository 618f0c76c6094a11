interface Part {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly words?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const parts: readonly Part[] = [
  { name: 'minute', low: 0, high: 59 },
  { name: 'hour', low: 0, high: 23 },
  { name: 'day', low: 1, high: 31 },
  { name: 'month', low: 1, high: 12, words: months },
  { name: 'weekday', low: 0, high: 6, words: days },
];
const named = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/** What is wrong with a schedule in five fields, or a name or interval (`@daily`, `@every 1h`), in the words of the parser that Kubernetes uses. */
export function scheduleFault(schedule: string): string | undefined {
  if (schedule === '') return 'empty spec string';
  const zone = /^(?:CRON_)?TZ=(\S*) ?(.*)$/s.exec(schedule);
  const text = (zone === null ? schedule : (zone[2] ?? '')).trim();
  if (text.startsWith('@')) return nameFault(text);
  const fields = text.split(/\s+/).filter(field => field !== '');
  if (fields.length !== parts.length) {
    return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  }
  for (const [index, field] of fields.entries()) {
    const fault = fieldFault(field, parts[index] as Part);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function nameFault(text: string): string | undefined {
  if (named.includes(text)) return undefined;
  if (!text.startsWith('@every ')) return `unrecognized descriptor: ${text}`;
  const interval = text.slice('@every '.length);
  if (/^[-+]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(interval)) return undefined;
  return `failed to parse duration ${text}: time: invalid duration ${JSON.stringify(interval)}`;
}

function fieldFault(field: string, part: Part): string | undefined {
  for (const range of field.split(',').filter(one => one !== '')) {
    const fault = rangeFault(range, part);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function rangeFault(text: string, part: Part): string | undefined {
  const [range = '', step, ...more] = text.split('/');
  if (more.length > 0) return `too many slashes: ${text}`;
  const bounds = range.split('-');
  let [low, high]: [number | string, number | string] = [part.low, part.high];
  if (bounds[0] !== '*' && bounds[0] !== '?') {
    if (bounds.length > 2) return `too many hyphens: ${text}`;
    low = numberOf(bounds[0] ?? '', part);
    high = bounds[1] === undefined ? (step === undefined ? low : part.high) : numberOf(bounds[1], part);
  }
  if (typeof low === 'string') return low;
  if (typeof high === 'string') return high;
  const every = step === undefined ? 1 : numberOf(step, { ...part, words: [] });
  if (typeof every === 'string') return every;
  if (low < part.low) return `beginning of range (${low}) below minimum (${part.low}): ${text}`;
  if (high > part.high) return `end of range (${high}) above maximum (${part.high}): ${text}`;
  if (low > high) return `beginning of range (${low}) beyond end of range (${high}): ${text}`;
  return every === 0 ? `step of range should be a positive number: ${text}` : undefined;
}

/** The number, or what is wrong with it. */
function numberOf(text: string, part: Part): number | string {
  const word = part.words?.indexOf(text.toLowerCase()) ?? -1;
  if (word >= 0) return word + part.low;
  if (/^[-+]?\d+$/.test(text)) {
    const value = Number(text);
    return value < 0 ? `negative number (${value}) not allowed: ${text}` : value;
  }
  return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
}
