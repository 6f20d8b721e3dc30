// The command line that the package "mqtt" lacks for the tests: one connection, one deed, and a line for each thing that
// happens. What to do comes as JSON in the first argument.

import { readFileSync } from 'node:fs';
import mqtt from 'mqtt';

const asked = JSON.parse(process.argv[2]);
const client = mqtt.connect(asked.url, {
  protocolVersion: asked.version,
  clientId: asked.clientId,
  username: asked.username,
  password: asked.password,
  ca: asked.ca ? readFileSync(asked.ca) : undefined,
  reconnectPeriod: 0,
  connectTimeout: 10_000,
});

function say(...words) {
  console.log(words.join(' '));
}

function publish({ topic, qos, file }) {
  client.publish(topic, readFileSync(file), { qos }, (error) => {
    say(error ? `refused: ${error.message}` : 'taken');
    client.end();
  });
}

function subscribe({ filter }) {
  client.subscribe(filter, { qos: 1 }, (error, granted) => {
    if (error || granted.some((one) => one.qos > 2)) {
      say(`refused: ${error?.message ?? 'subscription'}`);
      client.end();
    } else {
      say('subscribed');
    }
  });
}

client.on('connect', () => (asked.publish ? publish(asked.publish) : subscribe(asked.subscribe)));
client.on('message', (topic, payload, packet) => say(packet.retain ? 1 : 0, topic, payload.toString()));
client.on('disconnect', (packet) => say('disconnected:', packet.reasonCode));
client.on('error', (error) => say('refused:', error.message));
client.on('close', () => say('closed'));
