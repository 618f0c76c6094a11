import type { Step } from './machine.ts';
import { containerSteps } from './containers.ts';
import { numberSteps } from './numbers.ts';
import { objectSteps } from './objects.ts';
import { type OpName, opcodes } from './opcodes.ts';
import { stackSteps } from './stack.ts';
import { stringSteps } from './strings.ts';

const byName: Record<OpName, Step> = {
  ...stackSteps,
  ...numberSteps,
  ...stringSteps,
  ...containerSteps,
  ...objectSteps,
};

/** The step of each byte; undefined where a byte is no opcode. */
export const steps: readonly (Step | undefined)[] = Array.from({ length: 256 }, (_, code) => {
  const row = opcodes.find(one => one.code === code);
  return row && byName[row.name];
});
