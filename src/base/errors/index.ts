export {
  CodedError,
  declareErrors,
  messageOf,
  type ErrorMaker,
  type ErrorRow,
  type ErrorTable,
  type Fault,
} from './coded.ts';
export { errorOf, noteOf, type ErrorNote } from './note.ts';
