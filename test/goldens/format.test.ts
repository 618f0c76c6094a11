import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeFormat } from '../../src/model/formats/format.contract.ts';
import { formats } from '../../src/model/formats/index.ts';
import { findCase } from './corpus.ts';

function modelOf(version: string, name: string) {
  const { corpus, entry } = findCase(version, name);
  return { name: `${entry.model} of ${version}`, bytes: corpus.model(entry) };
}

const text = new TextEncoder();

describeFormat(
  formats[0],
  [
    {
      name: 'iris-model.joblib',
      bytes: new Uint8Array(
        readFileSync(join(import.meta.dirname, '..', '..', 'examples', 'iris', 'iris-model.joblib')),
      ),
    },
    modelOf('0.20.4', 'svc-sparse-binary'),
    modelOf('1.4.2', 'forest-three'),
    modelOf('1.9.1', 'pipeline-bayes'),
    modelOf('0.24.2', 'ce-helmert-nan'),
    modelOf('1.9.1', 'ce-cat-boost'),
  ],
  [
    { name: 'JSON', bytes: text.encode('{"learner": {}}') },
    { name: 'LightGBM text', bytes: text.encode('tree\nversion=v4\nnum_class=1\n') },
    { name: 'XML', bytes: text.encode('<?xml version="1.0"?><PMML version="4.4"/>') },
    { name: 'a zip archive', bytes: Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0) },
    { name: 'HDF5', bytes: Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10) },
    { name: 'ONNX', bytes: Uint8Array.of(8, 7, 18, 7, 112, 121, 116, 111, 114, 99, 104) },
    { name: 'nothing', bytes: new Uint8Array(0) },
  ],
);
