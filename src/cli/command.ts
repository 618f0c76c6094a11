import type { SettingTable } from '../base/settings/index.ts';

export interface Positional {
  /** As help prints it: `PATH`. */
  readonly name: string;
  readonly help: string;
  readonly required: boolean;
  readonly many: boolean;
}

export interface Example {
  /** The line as typed, beginning with `davit`. */
  readonly line: string;
  readonly says: string;
}

/** A flag of another server that means nothing here: taken, so that its start lines work, and told in the log. */
export interface AcceptedFlag {
  readonly flag: string;
  readonly takesValue: boolean;
  readonly why: string;
}

/** A command is data: help, completion, the reference page and parsing all read it. What it does is a handler of the same name. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly positionals: readonly Positional[];
  readonly settings: SettingTable;
  /** One-letter spellings of settings. */
  readonly shorts?: Readonly<Record<string, string>>;
  readonly accepted?: readonly AcceptedFlag[];
  /** Makes words that another program reads in its own way into ours, before they are read. */
  readonly rewrite?: (words: readonly string[]) => readonly string[];
  readonly examples: readonly Example[];
}
