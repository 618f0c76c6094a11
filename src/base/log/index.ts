export const levels = ['debug', 'info', 'warning', 'error'] as const;
export type Level = (typeof levels)[number];

export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Structured log: an event in words, and fields. Never throws; a field that is undefined is left out. */
export interface Log {
  debug(event: string, fields?: Fields): void;
  info(event: string, fields?: Fields): void;
  warning(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
}

export interface LogOptions {
  readonly level: Level;
  /** `pretty` for people, `json` one object a line. */
  readonly format: 'pretty' | 'json';
  readonly colour: boolean;
  readonly now: () => number;
  readonly write: (line: string) => void;
}

const colours: Readonly<Record<Level, string>> = { debug: '2', info: '36', warning: '33', error: '31' };

/** A log whose lines go to `options.write`, each ended by a newline. */
export function createLog(options: LogOptions): Log {
  const render = options.format === 'json' ? renderJson : renderPretty;
  const least = levels.indexOf(options.level);
  const at =
    (level: Level) =>
    (event: string, fields: Fields = {}): void => {
      if (levels.indexOf(level) >= least) options.write(render(level, event, fields, options));
    };
  return { debug: at('debug'), info: at('info'), warning: at('warning'), error: at('error') };
}

function renderJson(level: Level, event: string, fields: Fields, { now }: LogOptions): string {
  return `${JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields })}\n`;
}

function renderPretty(level: Level, event: string, fields: Fields, { now, colour }: LogOptions): string {
  const paint = (code: string, text: string): string => (colour ? `\u001B[${code}m${text}\u001B[0m` : text);
  const time = new Date(now()).toTimeString().slice(0, 8);
  const shown = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${paint('2', `${name}=`)}${quoteIfNeeded(String(value))}`)
    .join('');
  return `${paint('2', time)} ${paint(colours[level], level.padEnd(7))} ${printable(event)}${shown}\n`;
}

function quoteIfNeeded(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const isPlain = text !== '' && !/[\s"=\u0000-\u001F\u007F-\u009F]/.test(text);
  return isPlain ? text : printable(JSON.stringify(text));
}

/**
 * A text that comes from elsewhere, as a part of one line: control characters, which would break the line or steer the terminal,
 * are written as escapes.
 */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, character => {
    const escaped = JSON.stringify(character).slice(1, -1);
    // JSON takes those from U+007F on as they are, and terminals take some of them for the beginning of a command.
    return escaped === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : escaped;
  });
}
