import type { Command } from '../command.ts';
import { completionCommand } from './completion.ts';
import { inspectCommand } from './inspect.ts';
import { predictCommand } from './predict.ts';
import { serveCommand } from './serve.ts';
import { downCommand, kubeconfigCommand, statusCommand, upCommand } from './up.ts';

/** Every command, in the order help lists them. */
export const commands: readonly Command[] = [
  serveCommand,
  inspectCommand,
  predictCommand,
  upCommand,
  downCommand,
  statusCommand,
  kubeconfigCommand,
  completionCommand,
];
