export { setting, type Setting, type SettingTable, type ValuesOf } from './declare.ts';
export { settingErrors } from './errors.ts';
export { readSettings, type Given } from './read.ts';
