package dev.fairlead.server.internal.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Random commands from templates: {@code $s $l $h $z $e} are keys that mostly hold a string, list, hash, sorted set or set, {@code $q} a sorted set
 * of equal scores (the order by member is defined for those only), {@code $k} any key,
 * {@code $w} a list or nothing, {@code $v} a value, {@code $m} a member, {@code $i} an integer, {@code $n} a small count, {@code $f} a number, {@code $g} a glob,
 * {@code $t} a time in the future; {@code a|b|} picks one of the words, maybe none.
 */
public final class RandomCommands {
    private static final String TEMPLATES = """
            set $s $v
            set $s $v
            set $s $i
            set $s $f
            set $s $v nx|xx| get|keepttl|
            set $s $v exat $t get|
            set $s $v px 100000 nx|xx|
            set $s $v ex 0|1000|-1
            set $s $v px 1 get|
            pexpire $k 1
            psetex $s 1 $v
            getex $s px 1
            randomkey
            scan 0 match $g count 1000 type string|list|set|hash|zset|x|
            scan 0 count 1000
            setnx $s $v
            setex $s 1000 $v
            psetex $s 1000000 $v
            get $s
            getset $s $v
            getdel $s
            getex $s
            getex $s persist|
            getex $s exat $t
            mget $s $k $s
            mset $s $v $s $v
            msetnx $s $v $s $v
            append $s $v
            strlen $s
            setrange $s $n $v
            getrange $s $i $i
            substr $s $i $i
            incr $s
            decr $s
            incrby $s $i
            decrby $s $i
            incrbyfloat $s $f
            lcs $s $s
            lcs $s $s len|idx|
            lcs $s $s idx minmatchlen $n withmatchlen|
            setbit $s $n 0|1
            getbit $s $n
            bitcount $s
            bitcount $s $i $i byte|bit|
            bitpos $s 0|1
            bitpos $s 0|1 $i
            bitpos $s 0|1 $i $i byte|bit|
            bitop and|or|xor $s $s $s
            bitop not $s $s
            bitfield $s get u8 $n set i8|u16|i64 $n $i
            bitfield $s overflow wrap|sat|fail incrby u4|i5|i64|u63 #$n $i get u4 $n
            bitfield_ro $s get u8 $n
            del $k $k
            unlink $k
            exists $k $k $k
            touch $k $k
            type $k
            rename $k $k
            renamenx $k $k
            copy $k $k replace|
            copy $k $k db 1|9|99 replace|
            move $k 1
            dbsize
            keys $g
            expire $k 1000 nx|xx|gt|lt|
            expireat $k $t nx|xx|gt|lt|
            pexpireat $k $t000 nx|xx|gt|lt|
            expire $k -1
            expiretime $k
            pexpiretime $k
            ttl $k
            persist $k
            object encoding $k
            object refcount $q
            object idletime $q
            object freq $k
            lpush $l $v $v
            rpush $l $v $v $v
            lpushx $l $v
            rpushx $l $v
            lpop $l
            rpop $l
            lpop $l $n
            rpop $l $n
            llen $l
            lindex $l $i
            lrange $l $i $i
            lrange $l 0 -1
            lset $l $i $v
            linsert $l before|after $v $v
            lrem $l $i $v
            ltrim $l $i $i
            lpos $l $v
            lpos $l $v rank $i count $n maxlen $n
            lpos $l $v rank $i
            lmove $l $l left|right left|right
            rpoplpush $l $l
            lmpop 2 $l $l left|right count $n
            lmpop $n $l $l left|right
            blpop $l $l 0.01
            brpop $l $l 0.01
            blmove $l $l left|right left|right 0.01
            brpoplpush $l $l 0.01
            blmpop 0.01 2 $l $l left|right count $n
            hset $h $m $v $m $v
            hset $h $m $i
            hmset $h $m $v
            hsetnx $h $m $v
            hget $h $m
            hmget $h $m $m $m
            hdel $h $m $m
            hlen $h
            hstrlen $h $m
            hexists $h $m
            hkeys $h
            hvals $h
            hgetall $h
            hincrby $h $m $i
            hincrbyfloat $h $m $f
            hrandfield $h 100
            hrandfield $h 100 withvalues
            hscan $h 0 match $g
            hscan $h 0 count $n
            sadd $e $m $m
            sadd $e $i $i $n
            srem $e $m $n
            sismember $e $m
            smismember $e $m $n $m
            scard $e
            smembers $e
            smove $e $e $m
            spop $e 100
            srandmember $e 100
            sunion $e $e
            sinter $e $e
            sdiff $e $e $e
            sunionstore $e $e $e
            sinterstore $e $e $e
            sdiffstore $e $e $e
            sintercard 2 $e $e limit $n
            sscan $e 0 match $g
            zadd $z $f $m $f $m
            zadd $z nx|xx|gt|lt| ch| incr| $f $m
            zadd $z nx|xx| ch| $f $m $f $m
            zincrby $z $f $m
            zadd $q 0 $m 0 $m 0 $m
            zrem $q $m
            zrangestore $q $q $x $x bylex limit $n $i
            zrem $z $m $m
            zscore $z $m
            zmscore $z $m $m
            zcard $z
            zrank $z $m
            zrevrank $z $m
            zcount $z $r $r
            zlexcount $q $x $x
            zrange $z $i $i withscores|
            zrange $z $i $i rev withscores|
            zrange $z $r $r byscore rev| limit $i $i withscores|
            zrange $q $x $x bylex rev| limit $i $i
            zrange $q $x $x bylex rev|
            zrevrange $z $i $i withscores|
            zrangebyscore $z $r $r withscores|
            zrangebyscore $z $r $r limit $i $i
            zrevrangebyscore $z $r $r withscores|
            zrangebylex $q $x $x
            zrevrangebylex $q $x $x limit $n $i
            zrangestore $z $z $i $i rev|
            zrangestore $z $z $r $r byscore limit $n $i
            zremrangebyrank $z $i $i
            zremrangebyscore $z $r $r
            zremrangebylex $q $x $x
            zpopmin $z
            zpopmax $z $n
            zmpop 2 $z $z min|max count $n
            bzpopmin $z $z 0.01
            bzpopmax $z 0.01
            bzmpop 0.01 1 $z min|max count $n
            zunion 2 $z $e weights $f $f aggregate sum|min|max withscores|
            zunion 2 $z $z withscores
            zinter 2 $z $z aggregate sum|min|max withscores|
            zdiff 2 $z $z withscores|
            zunionstore $z 2 $z $z weights $i $i
            zinterstore $z 2 $z $e
            zdiffstore $z 2 $z $z
            zintercard 2 $z $z limit $n
            zrandmember $z 100 withscores|
            zscan $z 0 match $g
            sort $e alpha|
            sort $e by s* alpha
            sort $e by h*->a alpha|
            sort $e by s* desc get s* get #
            sort $w by nosort get s* store $w
            rpush $w $i $v
            lrange $w 0 -1
            sort $w limit $i $i alpha store $w
            sort $l alpha| desc|asc|
            sort $z alpha limit $n $n desc|
            sort $l by $g get # get $g
            sort $l by nosort get s*
            sort $w alpha store $k
            sort_ro $l alpha
            multi
            exec
            exec
            discard
            watch $k
            unwatch
            select 0|0|0|1
            select $i
            swapdb 0 1
            flushdb
            echo $v
            ping
            ping $v
            memory usage nokey
            command getkeys set $k $v
            command getkeys $v
            command getkeysandflags set $k $v get|ex|
            command getkeysandflags set $k
            command getkeysandflags bitfield|bitfield_ro $s get u8 $n
            command getkeysandflags bitfield $s get u8 $n set u8 $n 1
            command getkeysandflags sort $l by $g get # store $k
            command getkeysandflags sort|getdel|getex|lrange|object $l
            command getkeysandflags mset $k $v $k $v
            command getkeysandflags rename|copy|smove|lmove|zrangestore $k $k 0 -1
            command getkeysandflags lmpop|zunion|zmpop 2 $k $k left
            command getkeysandflags zunionstore $k 2 $k $k
            command getkeysandflags migrate host 1 $k 0 1
            command getkeysandflags migrate host 1 $k 0 1 keys $k $k
            command getkeysandflags object encoding $k
            command getkeysandflags blpop|brpop $k $k 0
            command getkeysandflags publish|spublish|nosuch $v $v
            debug digest-value $k $k $k
            debug error $m
            command count x
            config nosuch x
            object nosuch x
            client nosuch
            auth $v
            auth a $v
            client getname
            client setname $m
            client setname $v
            publish $m $v
            pubsub numsub $m
            pubsub channels
            nosuch $v $v
            get
            hset $h $m
            client reply x
            client kill $v
            client kill id $i
            client no-evict on|off|x
            client unblock $i
            client pause x
            hello
            hello 4
            hello x
            """;

    private static final String[] VALUES = {
        "",
        "a",
        "b",
        "abc",
        "hello world",
        "10",
        "-5",
        "007",
        "3.5",
        "\303\251\0",
        "\377\376",
        "x".repeat(70),
        "foobar",
        "1",
        "2",
        "3"
    };
    private static final String[] MEMBERS = {"a", "b", "c", "d", "e", "1", "2", "3", "long".repeat(20)};
    private static final String[] INTEGERS = {
        "0",
        "1",
        "2",
        "3",
        "-1",
        "-2",
        "-3",
        "5",
        "100",
        "-100",
        "9223372036854775807",
        "-9223372036854775808",
        "1.5",
        "x"
    };
    private static final String[] FLOATS = {
        "0", "-0", "1", "2", "-1", "3.14", "0.1", "1e3", "inf", "-inf", "+inf", "nan", "1e-7", "1e30", "x", "0x10",
        "5.", ".5"
    };
    private static final String[] GLOBS = {"*", "?", "s*", "[a-c]", "*1", "[^a]*", "\\a", "h*->a", "[a"};
    private static final String[] SCORES = {"0", "1", "(1", "2", "-inf", "+inf", "inf", "(3", "3.14", "x", "("};
    private static final String[] LEX = {"-", "+", "[a", "(a", "[c", "(d", "[", "x", ""};

    private static final Pattern SOON =
            Pattern.compile("\\b(px|(pexpire|psetex) \\S+) 1( |$)", Pattern.CASE_INSENSITIVE);

    private final Random random;
    private final List<String[]> templates;

    /** @param more templates beyond the common ones */
    public RandomCommands(long seed, String... more) {
        random = new Random(seed);
        templates = Stream.concat(TEMPLATES.lines(), Stream.of(more))
                .map(line -> line.split(" "))
                .toList();
    }

    private String pick(String[] pool) {
        return pool[random.nextInt(pool.length)];
    }

    /** The words of the next command, one character a byte. */
    public String[] next() {
        String[] template = templates.get(random.nextInt(templates.size()));
        List<String> words = new ArrayList<>();
        for (String word : template) {
            String w = word;
            if (w.indexOf('|') >= 0) {
                String[] choices = w.split("\\|", -1);
                w = pick(choices);
                if (w.isEmpty()) {
                    continue;
                }
            }
            words.add(fill(w));
        }
        // Before a word may go: no other value may stand in its place.
        boolean endsWithTimeout = words.get(words.size() - 1).equals("0.01");
        // Not SPOP's count and its like: without it they give one element of many.
        if (random.nextInt(60) == 0
                && words.size() > 1
                && !words.get(words.size() - 1).equals("100")) {
            words.remove(words.size() - 1);
        }
        if (!endsWithTimeout && random.nextInt(60) == 0) {
            words.add(pick(VALUES));
        }
        if (random.nextInt(20) == 0) {
            words.set(0, words.get(0).toUpperCase(java.util.Locale.ROOT));
        }
        return words.toArray(new String[0]);
    }

    private String fill(String word) {
        int at = word.indexOf('$');
        if (at < 0) {
            return word;
        }
        char kind = word.charAt(at + 1);
        String value =
                switch (kind) {
                    case 'q' -> "q" + random.nextInt(2);
                    case 'w' -> "w" + random.nextInt(2);
                    case 's', 'l', 'h', 'z', 'e' -> random.nextInt(15) == 0 ? anyKey() : kind + "" + random.nextInt(3);
                    case 'k' -> anyKey();
                    case 'v' -> pick(VALUES);
                    case 'm' -> pick(MEMBERS);
                    case 'i' -> pick(INTEGERS);
                    case 'n' -> "" + random.nextInt(12);
                    case 'f' -> pick(FLOATS);
                    case 'g' -> pick(GLOBS);
                    case 'r' -> pick(SCORES);
                    case 'x' -> pick(LEX);
                    case 't' -> "" + (4_000_000_000L + random.nextInt(100));
                    default -> throw new IllegalStateException(word);
                };
        return word.substring(0, at) + value + word.substring(at + 2);
    }

    /** Whether it gives a key a millisecond to live. */
    static boolean expireSoon(String[] words) {
        return SOON.matcher(String.join(" ", words)).find();
    }

    /** EXISTS of every key that the templates name: meets what has expired. */
    static String[] exists() {
        return ("exists s0 s1 s2 l0 l1 l2 h0 h1 h2 z0 z1 z2 e0 e1 e2 q0 q1 w0 w1").split(" ");
    }

    private String anyKey() {
        return "slhze".charAt(random.nextInt(5)) + "" + random.nextInt(3);
    }
}
