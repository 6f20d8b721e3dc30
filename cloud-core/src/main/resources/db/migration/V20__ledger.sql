-- The Merkle log, its signed checkpoints, and what is known of them on a chain.

CREATE TABLE ledger_tile (
    level  smallint NOT NULL,
    index  bigint   NOT NULL,
    hashes bytea    NOT NULL,
    PRIMARY KEY (level, index)
);

-- Where each batch of commitments begins in the log.
CREATE TABLE ledger_batch (
    number     bigint  PRIMARY KEY,
    first_leaf bigint  NOT NULL,
    leaves     integer NOT NULL
);

-- One row: the size of the log and the cursor over the batches. Locking it makes an appender the only one.
CREATE TABLE ledger_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    size     bigint  NOT NULL,
    batch    bigint  NOT NULL
);

INSERT INTO ledger_head (size, batch) VALUES (0, 0);

CREATE TABLE ledger_checkpoint (
    size      bigint      PRIMARY KEY,
    root      bytea       NOT NULL,
    note      text        NOT NULL,
    signed_at timestamptz NOT NULL
);

-- One row per chain and contract: how far its events were read. The address of a contract that we deployed is found here.
CREATE TABLE chain_cursor (
    chain_id     bigint  NOT NULL,
    contract     text    NOT NULL,
    first_block  bigint  NOT NULL,
    block_number bigint  NOT NULL,
    block_hash   text    NOT NULL,
    deployed     boolean NOT NULL,
    current      boolean NOT NULL,
    PRIMARY KEY (chain_id, contract)
);

-- Signed before it is sent. One nonce may have several, each paying more than the one before.
CREATE TABLE chain_outbox (
    id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain_id bigint      NOT NULL,
    nonce    bigint      NOT NULL,
    contract text,
    root     bytea,
    size     bigint,
    signed   bytea       NOT NULL,
    tx       text        NOT NULL,
    tip      numeric     NOT NULL,
    max_fee  numeric     NOT NULL,
    sent_at  timestamptz NOT NULL,
    state    text        NOT NULL CHECK (state IN ('pending', 'mined', 'refused', 'superseded'))
);

CREATE INDEX chain_outbox_pending ON chain_outbox (chain_id) WHERE state = 'pending';

-- Events as read back. A retracted one stays, so that a person can see what a reorganisation undid.
CREATE TABLE chain_anchor (
    chain_id     bigint      NOT NULL,
    contract     text        NOT NULL,
    block_hash   text        NOT NULL,
    log_index    bigint      NOT NULL,
    block_number bigint      NOT NULL,
    tx           text        NOT NULL,
    root         bytea       NOT NULL,
    size         bigint      NOT NULL,
    submitter    text        NOT NULL,
    anchored_at  timestamptz NOT NULL,
    state        text        NOT NULL CHECK (state IN ('provisional', 'final', 'retracted', 'foreign')),
    PRIMARY KEY (chain_id, contract, block_hash, log_index)
);

CREATE INDEX chain_anchor_size ON chain_anchor (size) WHERE state IN ('provisional', 'final');
