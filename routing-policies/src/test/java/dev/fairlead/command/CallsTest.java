package dev.fairlead.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the table makes of whole calls. Each line is a call and what must be said of it. */
class CallsTest {
    private static final CommandTable TABLE = CommandTable.standard();

    /** Keys are positions; a star is a key that the arguments do not show. '' is an empty argument. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            # Reads
            GET k                                       | read  | 1     | -     | READ
            MGET a b c                                  | read  | 1 2 3 | -     | READ
            LCS a b LEN                                 | read  | 1 2   | -     | READ
            EXISTS a b                                  | read  | 1 2   | -     | READ
            TOUCH a                                     | read  | 1     | -     | READ
            TTL a                                       | read  | 1     | -     | READ
            DUMP a                                      | read  | 1     | -     | READ
            PFCOUNT a b                                 | read  | 1 2   | -     | READ
            OBJECT FREQ a                               | read  | 2     | -     | READ
            MEMORY USAGE a SAMPLES 5                    | read  | 2     | -     | READ
            XINFO STREAM a FULL                         | read  | 2     | -     | READ
            HSCAN a 0                                   | read  | 1     | -     | READ
            HPTTL h FIELDS 1 f                          | read  | 1     | -     | READ
            VSIM v ELE e                                | read  | 1     | -     | READ
            ZUNION 2 a b WITHSCORES                     | read  | 2 3   | -     | READ
            SINTERCARD 2 a b LIMIT 3                    | read  | 2 3   | -     | READ
            SORT_RO a LIMIT 0 1 ALPHA                   | read  | 1     | -     | READ
            SORT_RO a GET u:*                           | read  | 1 *   | -     | READ
            GEORADIUS_RO g 1 2 3 km                     | read  | 1     | -     | READ
            BITFIELD_RO b GET u8 0                      | read  | 1     | -     | READ
            EVAL_RO s 1 a x                             | read  | 3 *   | -     | READ
            EVALSHA_RO s 0                              | read  | *     | -     | READ
            FCALL_RO f 2 a b                            | read  | 3 4 * | -     | READ
            # Reads of the whole keyspace
            SCAN 0 MATCH a*                             | read  | *     | -     | READ
            KEYS *                                      | read  | *     | -     | READ
            DBSIZE                                      | read  | *     | -     | READ
            RANDOMKEY                                   | read  | *     | -     | READ
            # Streams
            XREAD STREAMS a b 0 0                       | read  | 2 3   | -     | READ
            XREAD COUNT 2 BLOCK 0 STREAMS a 0           | read  | 6     | waits | READ
            XREAD COUNT BLOCK STREAMS a 0               | read  | 4     | -     | READ
            XREAD STREAMS BLOCK 0                       | read  | 2     | -     | READ
            XREADGROUP GROUP g c STREAMS a >            | write | 5     | -     | ACCUMULATING_WRITE
            XREADGROUP GROUP streams c BLOCK 5 STREAMS a > | write | 7  | waits | ACCUMULATING_WRITE
            XADD a * f v                                | write | 1     | -     | ACCUMULATING_WRITE
            XACK a g 1-1                                | write | 1     | -     | LAST_WINS_WRITE
            XGROUP CREATE a g $                         | write | 2     | -     | CHECKED_WRITE
            # What replicas refuse by name stays on the master, though it may change nothing
            SORT a                                      | write | 1     | -     | READ
            SORT a BY nosort GET #                      | write | 1 *   | -     | READ
            SORT a STORE b                              | write | 1 3   | -     | LAST_WINS_WRITE
            GEORADIUS g 1 2 3 km                        | write | 1     | -     | READ
            GETEX k                                     | write | 1     | -     | READ
            GETEX k PERSIST                             | write | 1     | -     | LAST_WINS_WRITE
            BITFIELD b GET u8 0 GET u8 #1               | write | 1     | -     | READ
            BITFIELD b                                  | write | 1     | -     | READ
            BITFIELD b GET u8 0 SET u8 0 1              | write | 1     | -     | LAST_WINS_WRITE
            BITFIELD b OVERFLOW SAT INCRBY u8 0 1       | write | 1     | -     | ACCUMULATING_WRITE
            # Destinations named by a word
            SORT a LIMIT 0 STORE STORE b                | write | 1 6   | -     | LAST_WINS_WRITE
            SORT a BY STORE STORE b                     | write | 1 5 * | -     | LAST_WINS_WRITE
            SORT a STORE b STORE c                      | write | 1 5   | -     | LAST_WINS_WRITE
            SORT a LIMIT 1 2 STORE a                    | write | 1 6   | -     | ACCUMULATING_WRITE
            GEORADIUS g 1 2 3 km COUNT 1 STORE d        | write | 1 9   | -     | LAST_WINS_WRITE
            GEORADIUS g 1 2 3 km STORE d STOREDIST e    | write | 1 9   | -     | LAST_WINS_WRITE
            GEORADIUSBYMEMBER g m 3 km STOREDIST d      | write | 1 6   | -     | LAST_WINS_WRITE
            GEORADIUSBYMEMBER g m 3 km STORE g          | write | 1 6   | -     | ACCUMULATING_WRITE
            # A result stored over its own source
            ZUNIONSTORE d 2 a b                         | write | 1 3 4 | -     | LAST_WINS_WRITE
            ZUNIONSTORE d 2 a d                         | write | 1 3 4 | -     | ACCUMULATING_WRITE
            ZRANGESTORE d a 1 -1                        | write | 1 2   | -     | LAST_WINS_WRITE
            ZRANGESTORE a a 1 -1                        | write | 1 2   | -     | ACCUMULATING_WRITE
            SDIFFSTORE a b a                            | write | 1 2 3 | -     | ACCUMULATING_WRITE
            BITOP XOR d a b                             | write | 2 3 4 | -     | LAST_WINS_WRITE
            BITOP NOT a a                               | write | 2 3   | -     | ACCUMULATING_WRITE
            # Strings
            SET k v                                     | write | 1     | -     | LAST_WINS_WRITE
            SET nx get                                  | write | 1     | -     | LAST_WINS_WRITE
            SET k v EX 10                               | write | 1     | -     | LAST_WINS_WRITE
            SET k v px 10 nx                            | write | 1     | -     | CHECKED_WRITE
            SET k v GET                                 | write | 1     | -     | ACCUMULATING_WRITE
            SET k v NX GET                              | write | 1     | -     | CHECKED_WRITE
            SET k v IFEQ get                            | write | 1     | -     | CHECKED_WRITE
            SET k v IFNE nx                             | write | 1     | -     | LAST_WINS_WRITE
            SETNX k v                                   | write | 1     | -     | CHECKED_WRITE
            MSET a 1 b 2                                | write | 1 3   | -     | LAST_WINS_WRITE
            MSETNX a 1 b 2                              | write | 1 3   | -     | CHECKED_WRITE
            GETSET k v                                  | write | 1     | -     | ACCUMULATING_WRITE
            GETDEL k                                    | write | 1     | -     | ACCUMULATING_WRITE
            INCRBY k 2                                  | write | 1     | -     | ACCUMULATING_WRITE
            APPEND k v                                  | write | 1     | -     | ACCUMULATING_WRITE
            # Keys
            DEL a b                                     | write | 1 2   | -     | LAST_WINS_WRITE
            EXPIRE k 10                                 | write | 1     | -     | LAST_WINS_WRITE
            PEXPIREAT k 10 nx                           | write | 1     | -     | CHECKED_WRITE
            EXPIRE k 10 GT                              | write | 1     | -     | LAST_WINS_WRITE
            HPEXPIRE k 10 NX FIELDS 1 f                 | write | 1     | -     | CHECKED_WRITE
            RENAME a b                                  | write | 1 2   | -     | ACCUMULATING_WRITE
            RENAMENX a b                                | write | 1 2   | -     | CHECKED_WRITE
            COPY a b                                    | write | 1 2   | -     | CHECKED_WRITE
            COPY a b DB 3 REPLACE                       | write | 1 2   | -     | LAST_WINS_WRITE
            COPY a b DB REPLACE                         | write | 1 2   | -     | CHECKED_WRITE
            MOVE a 3                                    | write | 1     | -     | CHECKED_WRITE
            RESTORE a 0 replace                         | write | 1     | -     | CHECKED_WRITE
            RESTORE a 0 x REPLACE                       | write | 1     | -     | LAST_WINS_WRITE
            MIGRATE h 1 a 0 9 COPY                      | write | 3     | -     | ACCUMULATING_WRITE
            MIGRATE h 1 a 0 9 KEYS b                    | write |       | -     | ACCUMULATING_WRITE
            MIGRATE h 1 '' 0 9 KEYS a b                 | write | 7 8   | -     | ACCUMULATING_WRITE
            MIGRATE h 1 '' 0 9 AUTH2 keys keys KEYS a   | write | 10    | -     | ACCUMULATING_WRITE
            # Collections
            HSET h f v                                  | write | 1     | -     | LAST_WINS_WRITE
            HSETNX h f v                                | write | 1     | -     | CHECKED_WRITE
            HINCRBY h f 1                               | write | 1     | -     | ACCUMULATING_WRITE
            SADD s NX                                   | write | 1     | -     | LAST_WINS_WRITE
            SPOP s                                      | write | 1     | -     | ACCUMULATING_WRITE
            SMOVE s d m                                 | write | 1 2   | -     | LAST_WINS_WRITE
            ZADD z 1 nx                                 | write | 1     | -     | LAST_WINS_WRITE
            ZADD z XX CH 1 m                            | write | 1     | -     | LAST_WINS_WRITE
            ZADD z NX 1 m                               | write | 1     | -     | CHECKED_WRITE
            ZADD z XX INCR 1 m                          | write | 1     | -     | ACCUMULATING_WRITE
            GEOADD g CH NX 1 2 m                        | write | 1     | -     | CHECKED_WRITE
            LREM l 0 x                                  | write | 1     | -     | LAST_WINS_WRITE
            LREM l 1 x                                  | write | 1     | -     | ACCUMULATING_WRITE
            LTRIM l 1 -1                                | write | 1     | -     | ACCUMULATING_WRITE
            RPUSH l x                                   | write | 1     | -     | ACCUMULATING_WRITE
            LMPOP 2 a b LEFT                            | write | 2 3   | -     | ACCUMULATING_WRITE
            # Calls that wait
            BLPOP a b 0                                 | write | 1 2   | waits | ACCUMULATING_WRITE
            BLMOVE a b LEFT RIGHT 0                     | write | 1 2   | waits | ACCUMULATING_WRITE
            BRPOPLPUSH a b 0                            | write | 1 2   | waits | ACCUMULATING_WRITE
            BLMPOP 0 2 a b LEFT                         | write | 3 4   | waits | ACCUMULATING_WRITE
            BZMPOP 0 1 a MIN                            | write | 3     | waits | ACCUMULATING_WRITE
            BZPOPMIN a 0                                | write | 1     | waits | ACCUMULATING_WRITE
            WAIT 1 0                                    | other |       | waits | READ
            WAITAOF 1 0 0                               | other |       | waits | READ
            CLIENT PAUSE 100                            | other |       | -     | LAST_WINS_WRITE
            # Scripts, and what reaches every key
            EVAL s 2 a b x                              | write | 3 4 * | -     | ACCUMULATING_WRITE
            EVALSHA s 0                                 | write | *     | -     | ACCUMULATING_WRITE
            FCALL f 1 a                                 | write | 3 *   | -     | ACCUMULATING_WRITE
            EXEC                                        | write | *     | -     | CHECKED_WRITE
            FLUSHALL ASYNC                              | write | *     | -     | LAST_WINS_WRITE
            SWAPDB 0 1                                  | write | *     | -     | ACCUMULATING_WRITE
            FUNCTION DELETE f                           | write | *     | -     | LAST_WINS_WRITE
            # Talk with the server
            PING                                        | other |       | -     | READ
            INFO replication                            | other |       | -     | READ
            CONFIG SET a b                              | other |       | -     | LAST_WINS_WRITE
            WATCH a b                                   | other | 1 2   | -     | LAST_WINS_WRITE
            MULTI                                       | other |       | -     | ACCUMULATING_WRITE
            PUBLISH c m                                 | other |       | -     | ACCUMULATING_WRITE
            SPUBLISH c m                                | other |       | -     | ACCUMULATING_WRITE
            # Arguments that make no sense have no keys
            GET                                         | read  |       | -     | READ
            SET k                                       | write |       | -     | ACCUMULATING_WRITE
            EVAL s 3 a b                                | write | *     | -     | ACCUMULATING_WRITE
            EVAL s x a b                                | write | *     | -     | ACCUMULATING_WRITE
            EVAL s -1 a b                               | write | *     | -     | ACCUMULATING_WRITE
            ZUNION 99999999999999999999 a b             | read  |       | -     | READ
            XREAD COUNT 2 a 0                           | read  |       | -     | READ
            XREAD STREAMS a b 0                         | read  |       | -     | READ
            ZUNIONSTORE d 0 a                           | write | 1     | -     | LAST_WINS_WRITE
            BITFIELD b GARBAGE                          | write | 1     | -     | ACCUMULATING_WRITE
            """)
    void judges(String call, String access, String keys, String waits, String again) {
        byte[][] argv = CommandTableTest.call(call.replace("''", "\0").split(" "));
        for (int i = 0; i < argv.length; i++) {
            argv[i] = argv[i].length == 1 && argv[i][0] == 0 ? new byte[0] : argv[i];
        }
        CommandSpec spec = TABLE.find(argv);
        assertThat(spec).as("row").isNotNull();
        StringJoiner found = new StringJoiner(" ");
        for (int position : spec.keyPositions(argv)) {
            found.add(Integer.toString(position));
        }
        if (spec.hasUnknownKeys(argv)) {
            found.add("*");
        }
        assertThat(spec.access(argv).name()).as("access").isEqualToIgnoringCase(access);
        assertThat(found.toString()).as("keys").isEqualTo(keys == null ? "" : keys);
        assertThat(spec.blocks(argv)).as("waits").isEqualTo(waits.equals("waits"));
        assertThat(spec.retryCategory(argv).name()).as("a second run").isEqualTo(again);
    }

    @Test
    void takesAScriptThatDeclaresThatItDoesNotWriteForARead() {
        String body = "\nreturn redis.call('get', KEYS[1])";
        for (String line :
                new String[] {"#!lua flags=no-writes", "#!lua flags=allow-stale,no-writes", "#!lua  flags=no-writes "
                }) {
            byte[][] argv = CommandTableTest.call("EVAL", line + body, "1", "k");
            assertThat(TABLE.find(argv).access(argv)).as(line).isEqualTo(Access.READ);
            assertThat(TABLE.find(argv).retryCategory(argv)).as(line).isEqualTo(RetryCategory.READ);
        }
        for (String line :
                new String[] {"#!lua", "#!lua flags=allow-oom", "#!lua\n#!lua flags=no-writes", "-- flags=no-writes", ""
                }) {
            byte[][] argv = CommandTableTest.call("EVAL", line + body, "1", "k");
            assertThat(TABLE.find(argv).access(argv)).as(line).isEqualTo(Access.WRITE);
            assertThat(TABLE.find(argv).retryCategory(argv)).as(line).isEqualTo(RetryCategory.ACCUMULATING_WRITE);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "COPY a b DB 3, 3",
        "COPY a b replace db 0, 0",
        "COPY a b, -1",
        "COPY a b DB, -1",
        "COPY a b DB x, -1",
        "MOVE a 7, 7",
        "MOVE a -1, -1",
        "MOVE a 9999999999, -1",
        "MOVE a, -1",
        "SET a 3, -1"
    })
    void namesTheDatabaseThatACallWritesTo(String call, int database) {
        byte[][] argv = CommandTableTest.call(call.split(" "));
        assertThat(TABLE.find(argv).targetDatabase(argv)).isEqualTo(database);
    }
}
