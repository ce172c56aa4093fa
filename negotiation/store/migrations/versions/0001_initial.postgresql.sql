CREATE TABLE arrangement (
    id SERIAL NOT NULL,
    layer VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    doc_no VARCHAR,
    title VARCHAR NOT NULL,
    issued DATE,
    "off" JSONB NOT NULL,
    work JSONB NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE calendar_revision (
    id SERIAL NOT NULL,
    what VARCHAR NOT NULL,
    author VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    moved INTEGER NOT NULL,
    confirmed INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    days TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE counter (
    name VARCHAR NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE department (
    id SERIAL NOT NULL,
    name VARCHAR NOT NULL,
    level VARCHAR NOT NULL,
    sort_no INTEGER NOT NULL,
    mail_stopped BOOLEAN NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name)
);

CREATE TABLE heartbeat (
    job VARCHAR NOT NULL,
    beat_at TIMESTAMP WITH TIME ZONE NOT NULL,
    process VARCHAR NOT NULL,
    PRIMARY KEY (job)
);

CREATE TABLE clock_jump (
    id SERIAL NOT NULL,
    before_at TIMESTAMP WITH TIME ZONE NOT NULL,
    after_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_by VARCHAR NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id)
);

CREATE TABLE import_batch (
    id SERIAL NOT NULL,
    file VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    as_of DATE NOT NULL,
    author VARCHAR NOT NULL,
    account_id INTEGER,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    imported INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    corrected INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    taken_back_at TIMESTAMP WITH TIME ZONE,
    taken_back_by VARCHAR NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE meeting (
    id SERIAL NOT NULL,
    no VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    held_on DATE NOT NULL,
    at VARCHAR NOT NULL,
    place VARCHAR NOT NULL,
    chair VARCHAR NOT NULL,
    present JSONB NOT NULL,
    minutes_no VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    reason TEXT NOT NULL,
    author VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (no)
);

CREATE INDEX ix_meeting_held_on ON meeting (held_on);

CREATE TABLE notice (
    case_id BIGINT NOT NULL,
    key VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    template VARCHAR NOT NULL,
    department_id INTEGER NOT NULL,
    term INTEGER,
    facts JSONB NOT NULL,
    state VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    next_try TIMESTAMP WITH TIME ZONE,
    tries INTEGER NOT NULL,
    address VARCHAR NOT NULL,
    message_id VARCHAR NOT NULL,
    said TEXT NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    digest_key VARCHAR NOT NULL,
    PRIMARY KEY (case_id, key)
);

CREATE INDEX notice_next ON notice (next_try, case_id, key) WHERE next_try IS NOT NULL;

CREATE TABLE report_edition (
    year INTEGER NOT NULL,
    edition INTEGER NOT NULL,
    body TEXT NOT NULL,
    digest VARCHAR NOT NULL,
    published_by VARCHAR NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason VARCHAR NOT NULL,
    PRIMARY KEY (year, edition)
);

CREATE TABLE report_sum (
    first_id BIGINT NOT NULL,
    since DATE NOT NULL,
    until DATE NOT NULL,
    holds_from DATE NOT NULL,
    holds_to DATE NOT NULL,
    cases INTEGER NOT NULL,
    versions BIGINT NOT NULL,
    counted_by VARCHAR NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (first_id, since)
);

CREATE TABLE entered_figure (
    year INTEGER NOT NULL,
    key VARCHAR NOT NULL,
    n INTEGER NOT NULL,
    value VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    entered_by VARCHAR NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (year, key, n)
);

CREATE TABLE rulebook_version (
    rulebook VARCHAR NOT NULL,
    edition VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    content TEXT NOT NULL,
    stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (rulebook, edition)
);

CREATE TABLE task (
    case_id BIGINT NOT NULL,
    key VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    term INTEGER,
    created_on DATE NOT NULL,
    done_on DATE,
    PRIMARY KEY (case_id, key)
);

CREATE INDEX task_open ON task (created_on) WHERE done_on IS NULL;

CREATE TABLE account (
    id SERIAL NOT NULL,
    login VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    department_id INTEGER,
    roles JSONB NOT NULL,
    password_hash VARCHAR NOT NULL,
    must_change BOOLEAN NOT NULL,
    active BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    failures INTEGER NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    UNIQUE (login),
    FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE TABLE revocation (
    id SERIAL NOT NULL,
    arrangement_id INTEGER NOT NULL,
    reason VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (arrangement_id),
    FOREIGN KEY(arrangement_id) REFERENCES arrangement (id)
);

CREATE TABLE reorganization (
    id SERIAL NOT NULL,
    department_id INTEGER NOT NULL,
    into_id INTEGER,
    name_before VARCHAR NOT NULL,
    name_after VARCHAR NOT NULL,
    happened_on DATE NOT NULL,
    doc_no VARCHAR NOT NULL,
    author VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(department_id) REFERENCES department (id),
    FOREIGN KEY(into_id) REFERENCES department (id)
);

CREATE INDEX ix_reorganization_department_id ON reorganization (department_id);

CREATE TABLE clerk (
    department_id INTEGER NOT NULL,
    duty VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    phone VARCHAR NOT NULL,
    PRIMARY KEY (department_id, duty),
    FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE TABLE absence (
    id SERIAL NOT NULL,
    department_id INTEGER NOT NULL,
    duty VARCHAR NOT NULL,
    since DATE NOT NULL,
    until DATE NOT NULL,
    name VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    phone VARCHAR NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_absence_department_id ON absence (department_id);

CREATE TABLE resource (
    id SERIAL NOT NULL,
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    category VARCHAR NOT NULL,
    provider_id INTEGER NOT NULL,
    sharing_class VARCHAR NOT NULL,
    condition TEXT NOT NULL,
    way VARCHAR NOT NULL,
    legal_basis TEXT NOT NULL,
    open_attribute VARCHAR NOT NULL,
    summary TEXT NOT NULL,
    format VARCHAR NOT NULL,
    items JSONB NOT NULL,
    update_cycle VARCHAR NOT NULL,
    published_on DATE,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (code),
    FOREIGN KEY(provider_id) REFERENCES department (id)
);

CREATE INDEX ix_resource_name ON resource (name);

CREATE INDEX ix_resource_provider_id ON resource (provider_id);

CREATE TABLE session (
    digest BYTEA NOT NULL,
    account_id INTEGER NOT NULL,
    csrf VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (digest),
    FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_session_account_id ON session (account_id);

CREATE TABLE token (
    id SERIAL NOT NULL,
    digest BYTEA NOT NULL,
    account_id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    scopes JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    used_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id),
    UNIQUE (digest),
    FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_token_account_id ON token (account_id);

CREATE TABLE "case" (
    id BIGSERIAL NOT NULL,
    no VARCHAR NOT NULL,
    procedure VARCHAR NOT NULL,
    rulebook VARCHAR NOT NULL,
    edition VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    applicant_id INTEGER,
    provider_id INTEGER NOT NULL,
    subject VARCHAR NOT NULL,
    matter VARCHAR NOT NULL,
    copied INTEGER NOT NULL,
    drafted_by INTEGER,
    resource_id INTEGER,
    related_id BIGINT,
    batch INTEGER,
    flags JSONB NOT NULL,
    last_on DATE,
    back_state VARCHAR,
    back_on DATE,
    back_seq INTEGER,
    handed_on DATE,
    received_on DATE,
    replied_on DATE,
    referred_on DATE,
    accepted_on DATE,
    coordinated_on DATE,
    reported_on DATE,
    decided_on DATE,
    closed_on DATE,
    ending VARCHAR NOT NULL,
    reopened INTEGER NOT NULL,
    due_on DATE,
    official BOOLEAN NOT NULL,
    owed BOOLEAN NOT NULL,
    late BOOLEAN NOT NULL,
    next_due DATE,
    suspended BOOLEAN NOT NULL,
    items INTEGER NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    head BYTEA NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (no),
    FOREIGN KEY(applicant_id) REFERENCES department (id),
    FOREIGN KEY(provider_id) REFERENCES department (id),
    FOREIGN KEY(resource_id) REFERENCES resource (id)
);

CREATE INDEX ix_case_provider_id ON "case" (provider_id);

CREATE INDEX case_matter ON "case" (matter) WHERE matter <> '';

CREATE INDEX case_open_no ON "case" (no) WHERE ending = '';

CREATE INDEX case_resource ON "case" (resource_id) WHERE resource_id IS NOT NULL;

CREATE INDEX case_received ON "case" (received_on, id);

CREATE INDEX case_open_law ON "case" (rulebook, id) WHERE ending = '';

CREATE INDEX ix_case_applicant_id ON "case" (applicant_id);

CREATE INDEX case_version ON "case" (id, version);

CREATE INDEX case_related ON "case" (related_id) WHERE related_id IS NOT NULL;

CREATE INDEX case_open ON "case" (next_due, id) WHERE ending = '';

CREATE INDEX case_draft ON "case" (drafted_by) WHERE received_on IS NULL;

CREATE TABLE handler (
    case_id BIGINT NOT NULL,
    n INTEGER NOT NULL,
    department_id INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    since DATE NOT NULL,
    until DATE,
    assigned_by VARCHAR NOT NULL,
    PRIMARY KEY (case_id, n),
    FOREIGN KEY(case_id) REFERENCES "case" (id),
    FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX handler_of ON handler (account_id, case_id) WHERE until IS NULL;

CREATE TABLE attachment (
    case_id BIGINT NOT NULL,
    n INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    media VARCHAR NOT NULL,
    size INTEGER NOT NULL,
    digest BYTEA NOT NULL,
    body BYTEA,
    author VARCHAR NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sealed_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (case_id, n),
    FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE TABLE event (
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    event VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    term INTEGER,
    happened_on DATE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    data JSONB NOT NULL,
    account_id INTEGER,
    side INTEGER,
    token INTEGER,
    after_seq INTEGER,
    batch INTEGER,
    content_digest BYTEA,
    digest BYTEA NOT NULL,
    PRIMARY KEY (case_id, seq),
    FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX event_recount ON event (recorded_at) WHERE event = 'recount';

CREATE INDEX event_happened ON event (event, happened_on);

CREATE INDEX event_amends ON event (case_id) WHERE event IN ('correct_entry', 'strike_entry') OR after_seq IS NOT NULL;

CREATE INDEX event_batch ON event (batch) WHERE batch IS NOT NULL;

CREATE TABLE content (
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    salt BYTEA,
    body TEXT,
    sealed_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (case_id, seq),
    FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE TABLE item (
    case_id BIGINT NOT NULL,
    n INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    whole BOOLEAN NOT NULL,
    answer VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    condition TEXT NOT NULL,
    reason TEXT NOT NULL,
    reason_class VARCHAR NOT NULL,
    legal_basis TEXT NOT NULL,
    answered_on DATE,
    answered_seq INTEGER,
    since_on DATE,
    since_seq INTEGER,
    term_n INTEGER,
    supplied_on DATE,
    supplied_seq INTEGER,
    supplied_by INTEGER,
    received_on DATE,
    received_seq INTEGER,
    PRIMARY KEY (case_id, n),
    FOREIGN KEY(case_id) REFERENCES "case" (id),
    FOREIGN KEY(supplied_by) REFERENCES department (id)
);

CREATE TABLE copied (
    case_id BIGINT NOT NULL,
    department_id INTEGER NOT NULL,
    PRIMARY KEY (case_id, department_id),
    FOREIGN KEY(case_id) REFERENCES "case" (id),
    FOREIGN KEY(department_id) REFERENCES department (id)
);

CREATE INDEX ix_copied_department_id ON copied (department_id);

CREATE TABLE moved_party (
    case_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    role VARCHAR NOT NULL,
    from_id INTEGER NOT NULL,
    to_id INTEGER NOT NULL,
    happened_on DATE NOT NULL,
    PRIMARY KEY (case_id, seq, role),
    FOREIGN KEY(case_id) REFERENCES "case" (id),
    FOREIGN KEY(from_id) REFERENCES department (id),
    FOREIGN KEY(to_id) REFERENCES department (id)
);

CREATE TABLE meeting_case (
    case_id BIGINT NOT NULL,
    meeting_id INTEGER NOT NULL,
    agreed TEXT NOT NULL,
    who VARCHAR NOT NULL,
    by_on DATE,
    seq INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (case_id, meeting_id),
    FOREIGN KEY(case_id) REFERENCES "case" (id),
    FOREIGN KEY(meeting_id) REFERENCES meeting (id)
);

CREATE INDEX ix_meeting_case_meeting_id ON meeting_case (meeting_id);

CREATE TABLE proposal (
    case_id BIGINT NOT NULL,
    n INTEGER NOT NULL,
    event VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    department_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    body TEXT,
    author_id INTEGER NOT NULL,
    author VARCHAR NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state VARCHAR NOT NULL,
    decided_by VARCHAR NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    said TEXT NOT NULL,
    token INTEGER,
    PRIMARY KEY (case_id, n),
    FOREIGN KEY(case_id) REFERENCES "case" (id),
    FOREIGN KEY(author_id) REFERENCES account (id)
);

CREATE INDEX proposal_open ON proposal (department_id, proposed_at) WHERE state = 'open';

CREATE TABLE term (
    case_id BIGINT NOT NULL,
    n INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    main BOOLEAN NOT NULL,
    department_id INTEGER,
    started_on DATE NOT NULL,
    days INTEGER,
    counts_from DATE NOT NULL,
    counted INTEGER,
    due_on DATE NOT NULL,
    official BOOLEAN NOT NULL,
    next_on DATE,
    rung INTEGER,
    suspended_on DATE,
    frozen INTEGER,
    paused INTEGER NOT NULL,
    lapsed_on DATE,
    answered_on DATE,
    ended_on DATE,
    ended_seq INTEGER,
    items TEXT NOT NULL,
    basis VARCHAR NOT NULL,
    struck_seq INTEGER,
    PRIMARY KEY (case_id, n),
    FOREIGN KEY(case_id) REFERENCES "case" (id)
);

CREATE INDEX term_next ON term (next_on, case_id, n) WHERE next_on IS NOT NULL;

CREATE INDEX term_counted ON term (counts_from, counted, due_on, official) WHERE next_on IS NOT NULL OR NOT official;

CREATE INDEX term_due ON term (main, due_on);
