package dev.fairlead.it;

import java.util.List;
import java.util.Random;

/**
 * Commands drawn from templates by one seed: the same seed gives the same commands. Keys are few, so that commands meet, and
 * now and then of another type than the command wants.
 */
final class RandomCommands {
    /** $s a string's key, $h a hash's, $l a list's, $t a set's, $z a sorted set's, $k any; $v value, $n number, $f float, $i index, $m member, $d seconds. */
    private static final List<String> WRITES = List.of(
            "SET $s $v",
            "SET $s $n",
            "SET $s $v NX",
            "SET $s $v XX",
            "SET $s $v GET",
            "SET $s $v EX $d",
            "SET $s $v KEEPTTL",
            "SETNX $s $v",
            "SETEX $s $d $v",
            "PSETEX $s $d000 $v",
            "GETSET $s $v",
            "GETDEL $s",
            "GETEX $s EX $d",
            "GETEX $s PERSIST",
            "APPEND $s $v",
            "SETRANGE $s 3 $v",
            "INCR $s",
            "DECR $s",
            "INCRBY $s $n",
            "DECRBY $s $n",
            "INCRBYFLOAT $s $f",
            "MSET $s $v $s $v",
            "MSETNX $s $v $s $v",
            "DEL $k",
            "DEL $k $k",
            "UNLINK $k $k",
            "EXPIRE $k $d",
            "PEXPIRE $k $d000",
            "EXPIRE $k $d NX",
            "EXPIRE $k $d GT",
            "PERSIST $k",
            "RENAME $k $k",
            "RENAMENX $k $k",
            "COPY $k $k REPLACE",
            "HSET $h $m $v",
            "HSET $h $m $n $m $v",
            "HSETNX $h $m $v",
            "HMSET $h $m $v $m $v",
            "HDEL $h $m",
            "HDEL $h $m $m",
            "HINCRBY $h $m $n",
            "HINCRBYFLOAT $h $m $f",
            "LPUSH $l $v",
            "LPUSH $l $v $v",
            "RPUSH $l $v $v",
            "LPUSHX $l $v",
            "RPUSHX $l $v",
            "LPOP $l",
            "RPOP $l",
            "LPOP $l 2",
            "RPOP $l 2",
            "LSET $l $i $v",
            "LINSERT $l BEFORE $n $v",
            "LINSERT $l AFTER $n $v",
            "LREM $l $i $n",
            "LTRIM $l $i $i",
            "LMOVE $l $l LEFT RIGHT",
            "LMOVE $l $l RIGHT LEFT",
            "RPOPLPUSH $l $l",
            "SADD $t $m",
            "SADD $t $m $m $m",
            "SADD $t $n $n",
            "SREM $t $m",
            "SREM $t $n $m",
            "SMOVE $t $t $m",
            "SINTERSTORE $t $t $t",
            "SUNIONSTORE $t $t $t",
            "SDIFFSTORE $t $t $t",
            "ZADD $z $n $m",
            "ZADD $z $f $m $n $m",
            "ZADD $z NX $n $m",
            "ZADD $z XX CH $n $m",
            "ZADD $z GT CH $n $m",
            "ZADD $z INCR $n $m",
            "ZINCRBY $z $f $m",
            "ZREM $z $m",
            "ZPOPMIN $z",
            "ZPOPMAX $z 2",
            "ZREMRANGEBYRANK $z $i $i",
            "ZREMRANGEBYSCORE $z $n $n",
            "ZUNIONSTORE $z 2 $z $z",
            "ZINTERSTORE $z 2 $z $z WEIGHTS 2 3 AGGREGATE MAX");

    private static final List<String> READS = List.of(
            "GET $s",
            "MGET $s $s $k",
            "STRLEN $s",
            "GETRANGE $s $i $i",
            "EXISTS $k $k",
            "TYPE $k",
            "TTL $k",
            "DBSIZE",
            "HGET $h $m",
            "HMGET $h $m $m",
            "HGETALL $h",
            "HKEYS $h",
            "HVALS $h",
            "HLEN $h",
            "HEXISTS $h $m",
            "HSTRLEN $h $m",
            "LRANGE $l $i $i",
            "LRANGE $l 0 -1",
            "LINDEX $l $i",
            "LLEN $l",
            "LPOS $l $n",
            "SMEMBERS $t",
            "SISMEMBER $t $m",
            "SMISMEMBER $t $m $n",
            "SCARD $t",
            "SINTER $t $t",
            "SUNION $t $t",
            "SDIFF $t $t",
            "SINTERCARD 2 $t $t",
            "ZRANGE $z $i $i",
            "ZRANGE $z 0 -1 WITHSCORES",
            "ZRANGE $z -inf +inf BYSCORE LIMIT 1 3",
            "ZREVRANGE $z 0 -1 WITHSCORES",
            "ZRANGEBYSCORE $z ($n +inf WITHSCORES",
            "ZCOUNT $z -inf $n",
            "ZRANK $z $m",
            "ZREVRANK $z $m",
            "ZSCORE $z $m",
            "ZMSCORE $z $m $m",
            "ZCARD $z",
            // Wrong on purpose.
            "GET",
            "SET $s",
            "INCRBY $s $v",
            "EXPIRE $k soon",
            "ZADD $z high $m",
            "LSET $l first $v",
            "HSET $h $m",
            "SET $s $v EX 0",
            "SET $s $v NX XX");

    private final Random random;

    RandomCommands(long seed) {
        random = new Random(seed);
    }

    String[] next() {
        return fill(random.nextInt(4) == 0 ? pick(READS) : pick(WRITES));
    }

    String[] nextWrite() {
        return fill(pick(WRITES));
    }

    private String[] fill(String template) {
        String[] words = template.split(" ");
        for (int i = 0; i < words.length; i++) {
            int hole = words[i].indexOf('$');
            if (hole >= 0) {
                words[i] =
                        words[i].substring(0, hole) + value(words[i].charAt(hole + 1)) + words[i].substring(hole + 2);
            }
        }
        return words;
    }

    private String value(char kind) {
        return switch (kind) {
            case 's', 'h', 'l', 't', 'z' ->
                (random.nextInt(25) == 0 ? "shltz".charAt(random.nextInt(5)) : kind) + ":" + random.nextInt(4);
            case 'k' -> "shltz".charAt(random.nextInt(5)) + ":" + random.nextInt(4);
            case 'v' -> random.nextInt(3) == 0 ? Integer.toString(random.nextInt(20)) : text();
            case 'n' -> Integer.toString(random.nextInt(20) - 5);
            case 'f' -> Double.toString((random.nextInt(400) - 100) / 8.0);
            case 'i' -> Integer.toString(random.nextInt(12) - 6);
            case 'm' -> "m" + random.nextInt(12);
            case 'd' -> Integer.toString(1_000_000 + random.nextInt(1_000));
            default -> throw new IllegalArgumentException("$" + kind);
        };
    }

    /** Any bytes, one char each; at times long enough for another encoding. */
    private String text() {
        int length = random.nextInt(20) == 0 ? 200 : random.nextInt(8);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) random.nextInt(256));
        }
        return text.toString();
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
