// What npm's client for etcd does with the servers at $ENDPOINTS; says "all is well" when it is. Run by Etcd3IT.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const { Etcd3 } = createRequire(process.env.MODULES + '/')('etcd3');
const client = new Etcd3({ hosts: process.env.ENDPOINTS.split(',').map((host) => 'http://' + host) });

const next = (emitter, event) => new Promise((resolve) => emitter.once(event, resolve));

async function keysAndValues() {
  await client.put('kv/a').value('1');
  await client.put('kv/b').value('2');
  assert.equal(await client.get('kv/a').string(), '1');
  assert.equal(await client.get('kv/none').string(), null);
  assert.deepEqual(await client.getAll().prefix('kv/').strings(), { 'kv/a': '1', 'kv/b': '2' });
  assert.deepEqual(await client.getAll().prefix('kv/').sort('Key', 'Descend').limit(1).keys(), ['kv/b']);
  assert.equal(await client.getAll().prefix('kv/').count(), 2);
  const deleted = await client.delete().prefix('kv/').getPrevious();
  assert.deepEqual(deleted.map((kv) => kv.value.toString()), ['1', '2']);
}

async function transactions() {
  const done = await client
    .if('txn/a', 'Create', '==', 0)
    .then(client.put('txn/a').value('1'), client.get('txn/a'))
    .else(client.get('txn/a'))
    .commit();
  assert.equal(done.succeeded, true);
  assert.equal(done.responses[1].response_range.kvs[0].value.toString(), '1');
  await client.stm().transact(async (tx) => {
    await tx.put('txn/a').value(Number(await tx.get('txn/a').string()) + 1);
  });
  assert.equal(await client.get('txn/a').string(), '2');
}

async function watches() {
  const watcher = await client.watch().prefix('watch/').withPreviousKV().create();
  const put = next(watcher, 'put');
  await client.put('watch/a').value('1');
  assert.equal((await put).value.toString(), '1');
  const deleted = new Promise((resolve) => watcher.once('delete', (kv, previous) => resolve(previous)));
  await client.delete().key('watch/a');
  assert.equal((await deleted).value.toString(), '1');
  await watcher.cancel();
}

async function leases() {
  const lease = client.lease(10);
  await lease.put('lease/a').value('1');
  await lease.keepaliveOnce();
  assert.equal((await client.get('lease/a').exec()).kvs[0].lease, await lease.grant());
  await lease.revoke();
  assert.equal(await client.get('lease/a').string(), null);
}

async function locks() {
  let held = false;
  await Promise.all(
    [1, 2, 3].map(async () => {
      // Whoever does not get it fails at once; that is how this client locks.
      for (;;) {
        try {
          await client.lock('locks/a').ttl(10).do(async () => {
            assert.equal(held, false);
            held = true;
            await client.put('locks/by').value('me');
            held = false;
          });
          return;
        } catch (failure) {
          if (failure.constructor.name !== 'EtcdLockFailedError') throw failure;
        }
      }
    }),
  );
}

async function elections() {
  const election = client.election('elections/a', 10);
  const campaign = election.campaign('alice');
  await campaign.wait();
  assert.equal(await election.leader(), 'alice');
  await campaign.proclaim('alice again');
  assert.equal(await election.leader(), 'alice again');
  await campaign.resign();
}

for (const part of [keysAndValues, transactions, watches, leases, locks, elections]) {
  await part().catch((failure) => {
    console.error(part.name, failure);
    process.exit(1);
  });
}
client.close();
console.log('all is well');
