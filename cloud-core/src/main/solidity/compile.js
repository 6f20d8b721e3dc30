// Prints the ABI and bytecode of FieldwardAnchor.sol as JSON. The output is the same on every machine.
const fs = require('fs');
const path = require('path');
const solc = require('solc');

const name = 'FieldwardAnchor';
const source = process.argv[2] || path.join(__dirname, name + '.sol');
const input = {
  language: 'Solidity',
  sources: { [name + '.sol']: { content: fs.readFileSync(source, 'utf8') } },
  settings: {
    optimizer: { enabled: true, runs: 1000 },
    // Hospital chains upgrade late: nothing newer than this is needed.
    evmVersion: 'paris',
    // A hash of comments and paths in the bytecode would differ from machine to machine.
    metadata: { bytecodeHash: 'none' },
    outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
  },
};
const output = JSON.parse(solc.compile(JSON.stringify(input)));
if (output.errors) {
  process.stderr.write(output.errors.map((error) => error.formattedMessage).join('\n'));
  process.exit(1);
}
const contract = output.contracts[name + '.sol'][name];
const compiled = { compiler: solc.version(), abi: contract.abi, bytecode: '0x' + contract.evm.bytecode.object };
process.stdout.write(JSON.stringify(compiled, null, 2) + '\n');
