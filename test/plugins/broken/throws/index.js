import { readFileSync } from 'node:fs';

export default readFileSync('/etc/atelier/secret/weights.bin');
