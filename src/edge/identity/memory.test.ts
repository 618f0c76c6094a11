import { MemoryRecords } from './memory.ts';
import { testRecords } from './records.contract.ts';

testRecords('in memory', now => new MemoryRecords(now));
