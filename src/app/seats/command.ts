import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { steadyNow } from '../../base/clock/index.ts';
import { messageOf } from '../../base/errors/index.ts';
import { shutdownOnSignals } from '../../base/process/index.ts';
import { readSettings } from '../../base/settings/index.ts';
import { type CommandHandler, loadParts } from '../../cli/index.ts';
import { handsFile, mostHands } from '../../host/runners/index.ts';
import { SharedPool } from '../../serve/index.ts';
import { openLog } from '../logging.ts';
import { type Control, openControl } from './control.ts';
import { Hands } from './hands.ts';
import { SeatTable } from './table.ts';

/** `davit seats`: model servers in one process, as their host says on a socket. Resolves when it was told to stop and all have ended. */
export const seats: CommandHandler = async (invocation, io) => {
  const { seatsSettings } = await loadParts();
  const settings = readSettings(seatsSettings, invocation.given, io.env);
  const [socket = ''] = invocation.positionals;
  const log = openLog(settings, io.colour);
  const hands = new Hands(join(settings.record ?? dirname(socket), handsFile));
  const pool = new SharedPool({
    size: Math.min(mostHands, availableParallelism() + 1),
    memory: settings.memory,
    resident: () => process.memoryUsage.rss(),
    now: steadyNow,
    onWork: hands.note,
  });
  let generation = 0;
  let control: Control | undefined;
  const around = { pool, nextGeneration: () => ++generation, version: io.version };
  const table = new SeatTable(around, message => control?.tell(message));
  process.on('uncaughtException', error => {
    log.error('ending: a defect that nothing handled', { reason: messageOf(error), stack: error.stack });
    process.exit(1);
  });
  control = await openControl(
    socket,
    () => table.here(),
    message =>
      void table.take(message).catch((error: unknown) => {
        log.error('a message of the host had no effect', { message: message.do, reason: messageOf(error) });
      }),
  );
  return new Promise<number>(resolve => {
    shutdownOnSignals({
      stop: () => table.close(),
      exit: code => {
        resolve(code);
        process.exit(code);
      },
    });
  });
};
