import { describeFormat } from '../../src/model/formats/format.contract.ts';
import { formats } from '../../src/model/formats/index.ts';
import { fileOf } from './xgboost.ts';

const text = new TextEncoder();
const row = formats.find(one => one.name === 'xgboost') as (typeof formats)[number];

describeFormat(
  row,
  [
    fileOf('0.90', 'forms-binary', 'binary'),
    fileOf('0.90', 'forms-linear', 'binf'),
    fileOf('0.90', 'forms-multi', 'bs64'),
    fileOf('1.0.2', 'forms-dart', 'json'),
    fileOf('1.5.2', 'forms-poisson', 'binf'),
    fileOf('2.1.4', 'categorical-mixed', 'ubj'),
    fileOf('3.4.1', 'vector-leaves', 'ubj'),
    fileOf('3.4.1', 'forms-linear', 'json'),
  ],
  [
    fileOf('3.4.1', 'forms-binary', 'pickle'),
    { name: 'another JSON', bytes: text.encode('{"learner": {}}') },
    { name: 'LightGBM text', bytes: text.encode('tree\nversion=v4\nnum_class=1\n') },
    { name: 'LightGBM JSON', bytes: text.encode('{"name":"tree","version":"v4","tree_info":[]}') },
    { name: 'XML', bytes: text.encode('<?xml version="1.0"?><PMML version="4.4"/>') },
    { name: 'a zip archive', bytes: Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0) },
    { name: 'HDF5', bytes: Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10) },
    { name: 'ONNX', bytes: Uint8Array.of(8, 7, 18, 7, 112, 121, 116, 111, 114, 99, 104) },
    { name: 'zeros', bytes: new Uint8Array(4096) },
    { name: 'nothing', bytes: new Uint8Array(0) },
  ],
);
