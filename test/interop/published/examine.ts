/** What Davit makes of model files: `node examine.ts FILE…` prints an object of JSON a line. Nothing in a file runs. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { inspectModel } from '../../../src/model/formats/index.ts';
import type { Described } from '../../../src/model/plan/index.ts';

function classesOf({ class: own, parts }: Described): readonly string[] {
  return [own, ...parts.flatMap(classesOf)];
}

for (const file of process.argv.slice(2)) {
  const { source, description, plan, refusal } = await inspectModel(readFileSync(file), {
    fileName: basename(file),
  });
  const found = {
    file,
    format: source?.format,
    library: source?.library,
    version: source?.libraryVersion,
    classes: description === undefined ? [] : classesOf(description),
    inputs: plan?.inputs,
    outputs: plan?.outputs.map(({ name }) => name),
    features: plan?.features,
    names: plan?.featureNames,
    refusal: refusal === undefined ? undefined : { code: refusal.code, reason: refusal.message },
  };
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
