/** The program of a further serving thread: a member of the crew that the main thread leads by calls. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Address, Tally } from '../../base/net/index.ts';
import type { Control, ModelNotice } from '../../serve/index.ts';
import { Calls } from './calls.ts';
import { openLog } from '../logging.ts';
import { LocalMember } from './member.ts';
import type { ServeSettings } from './settings.ts';

export interface WorkerData {
  readonly settings: ServeSettings;
  readonly version: string;
  readonly colour: boolean;
  readonly tally: Tally;
}

if (parentPort === null) throw new Error('this program is started by the serving process as a thread');

const { settings, version, colour, tally } = workerData as WorkerData;
const control: Control = {
  load: name => calls.call('load', name),
  unload: name => calls.call('unload', name),
  metrics: () => calls.call('metrics'),
};
const member = new LocalMember(settings, version, control, openLog(settings, colour), { tally });
const calls: Calls = new Calls(parentPort, {
  listen: (address: Address) => member.listen(address),
  apply: (notice: ModelNotice) => member.apply(notice),
  snapshot: () => member.snapshot(),
  leave: () => member.leave(),
  drain: (deadline: number) => member.drain(deadline),
});
