import type { Command } from '../command.ts';
import { applyCommand } from './apply.ts';
import { authCommand } from './auth.ts';
import { completionCommand } from './completion.ts';
import { controllerCommand } from './controller.ts';
import { deleteCommand } from './delete.ts';
import { describeCommand } from './describe.ts';
import { eventsCommand } from './events.ts';
import { getCommand } from './get.ts';
import { inspectCommand } from './inspect.ts';
import { loginCommand } from './login.ts';
import { logsCommand } from './logs.ts';
import { tokenCommand, userCommand } from './people.ts';
import { predictCommand } from './predict.ts';
import { serveCommand } from './serve.ts';
import {
  backupCommand,
  downCommand,
  kubeconfigCommand,
  restoreCommand,
  statusCommand,
  upCommand,
} from './up.ts';
import { volumeCommand } from './volume.ts';
import { waitCommand } from './wait.ts';

/** Every command, in the order help lists them. */
export const commands: readonly Command[] = [
  serveCommand,
  inspectCommand,
  predictCommand,
  upCommand,
  downCommand,
  statusCommand,
  kubeconfigCommand,
  loginCommand,
  userCommand,
  tokenCommand,
  backupCommand,
  restoreCommand,
  getCommand,
  describeCommand,
  applyCommand,
  deleteCommand,
  eventsCommand,
  logsCommand,
  waitCommand,
  volumeCommand,
  authCommand,
  controllerCommand,
  completionCommand,
];
