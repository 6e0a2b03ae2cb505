package dev.fairlead.topology;

/**
 * The rules of the freshness clock that this room keeps, one by one, so that a test can switch one off and show that it is
 * needed. Production code has all of them, always.
 */
enum Rule {
    /** All of them: a replica is as fresh as its position proves, not as of now. */
    FRESH_AS_PROVEN,
    /** 1: a sample counts from the instant before its request left, not from its reply's. */
    SENT_NOT_RECEIVED,
    /** 1: when wall clock and monotonic clock drift apart, every sample is void, those still on their way included. */
    CLOCK_JUMP_VOIDS,
    /** 2: a replica's position is what it has applied, not what it has received. */
    APPLIED_NOT_RECEIVED,
    /** 2: with its link down, a replica's position counts only as far as it was seen while the link was up. */
    SEEN_WHILE_UP,
    /** 2: a node in a full sync, or loading, has no position. */
    NO_POSITION_WHILE_SYNCING,
    /** 2: a replica that takes writes of its own proves nothing. */
    READ_ONLY,
    /** 2: offsets are compared within one history and its known ancestors only. */
    SAME_HISTORY,
    /** 2: a node past the fork of a superseded history qualifies for nothing. */
    NOT_PAST_THE_FORK,
    /** 3: samples are void when the link that they were taken on breaks. */
    LINK_BREAK_VOIDS,
    /** 3: a push of another history, or of less than before, voids the samples: the data may have been replaced. */
    PUSH_CONTINUES,
    /** 3: samples are void when {@code -LOADING} was seen. */
    LOADING_VOIDS,
    /** 3 and 6: a node whose data may have been replaced has to prove anew that it has what a session saw on it. */
    RESET_IS_A_NEW_INCARNATION,
    /** 4: the master is as fresh as its last probe, not as of now. */
    MASTER_AS_OF_ITS_PROBE,
    /** 8: an offset that a master gives without a backlog means nothing. */
    BACKLOG_ACTIVE,
    /** 8: a token is made of a sample that left after what it stands for. */
    TOKEN_OF_A_LATER_SAMPLE,
    /** 8: a token of a history that is not known to lead here proves nothing. */
    TOKEN_OF_THIS_LINEAGE,
    /** 8: a token past a fork is lost. */
    TOKEN_NOT_PAST_THE_FORK,
    /** What was lost: only samples from before the successor was a master carry over. */
    CARRY_OVER_BEFORE_PROMOTION
}
