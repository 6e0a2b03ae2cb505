package dev.fairlead.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ReplicationInfoTest {
    private static final String REPLID = "8371b4fb1155b71f4a04d3e1bc3e18c4a990aeeb";

    private static final String MASTER = """
            # Replication
            role:master
            connected_slaves:3
            slave0:ip=127.0.0.1,port=6380,state=online,offset=1064,lag=0
            slave1:ip=fd00::2,port=6381,state=wait_bgsave,offset=0,lag=0,type=replica
            slave2:ip=127.0.0.1,port=0,state=online,offset=0,lag=0
            master_failover_state:waiting-for-sync
            master_replid:%s
            master_replid2:0000000000000000000000000000000000000000
            master_repl_offset:1078
            second_repl_offset:-1
            repl_backlog_active:1
            repl_backlog_size:1048576
            some_field_of_a_later_server:17
            """.formatted(REPLID).replace("\n", "\r\n");

    private static final String REPLICA = """
            # Replication
            role:slave
            master_host:redis-1
            master_port:6379
            master_link_status:down
            master_last_io_seconds_ago:-1
            master_sync_in_progress:1
            slave_read_repl_offset:940
            slave_repl_offset:900
            master_sync_total_bytes:-1
            master_link_down_since_seconds:3
            slave_priority:100
            slave_read_only:0
            replica_announced:1
            connected_slaves:0
            master_failover_state:no-failover
            master_replid:%s
            master_replid2:1111111111111111111111111111111111111111
            master_repl_offset:940
            second_repl_offset:501
            repl_backlog_active:1
            # Persistence
            loading:0
            async_loading:1
            # Server
            run_id:2222222222222222222222222222222222222222
            """.formatted(REPLID.toUpperCase(java.util.Locale.ROOT));

    @Test
    void readsAMastersAnswer() {
        ReplicationInfo info = ReplicationInfo.parse(MASTER);
        assertThat(info.role()).isEqualTo(Role.MASTER);
        assertThat(info.replicationId().value()).isEqualTo(REPLID);
        assertThat(info.parentId()).isNull();
        assertThat(info.secondOffset()).isEqualTo(-1);
        assertThat(info.masterOffset()).isEqualTo(1078);
        assertThat(info.backlogActive()).isTrue();
        assertThat(info.failoverState()).isEqualTo("waiting-for-sync");
        assertThat(info.replicas())
                .as("a reader without a port is no node")
                .containsExactly(
                        new ReplicationInfo.AttachedReplica(new Endpoint("127.0.0.1", 6380), "online", 1064),
                        new ReplicationInfo.AttachedReplica(new Endpoint("fd00::2", 6381), "wait_bgsave", 0));
        assertThat(info.runId()).isNull();
    }

    @Test
    void readsAReplicasAnswerWithPersistenceAndServer() {
        ReplicationInfo info = ReplicationInfo.parse(REPLICA);
        assertThat(info.role()).isEqualTo(Role.REPLICA);
        assertThat(info.master()).isEqualTo(new Endpoint("redis-1", 6379));
        assertThat(info.appliedOffset()).isEqualTo(900);
        assertThat(info.linkUp()).isFalse();
        assertThat(info.syncInProgress()).isTrue();
        assertThat(info.asyncLoading()).isTrue();
        assertThat(info.loading()).isFalse();
        assertThat(info.readOnly()).isFalse();
        assertThat(info.parentId()).isEqualTo(Scene.R1);
        assertThat(info.secondOffset()).isEqualTo(501);
        assertThat(info.replicationId()).isEqualTo(new ReplicationId(REPLID));
        assertThat(info.runId()).startsWith("2222");
    }

    @Test
    void namesTheFieldThatIsMissingOrMalformed() {
        for (String field :
                new String[] {"role", "master_replid", "master_repl_offset", "slave_repl_offset", "master_host"}) {
            String without = REPLICA.replaceAll("(?m)^" + field + ":.*$", "");
            assertThatThrownBy(() -> ReplicationInfo.parse(without))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + field + "'");
        }
        assertThatThrownBy(() -> ReplicationInfo.parse(MASTER.replace("1078", "many")))
                .hasMessageContaining("'master_repl_offset'")
                .hasMessageContaining("'many'");
        assertThatThrownBy(() -> ReplicationInfo.parse(MASTER.replace("ip=127.0.0.1,port=6380", "gone")))
                .hasMessageContaining("'slave0'");
        assertThatThrownBy(() -> ReplicationInfo.parse("HTTP/1.1 400 Bad Request\r\n"))
                .hasMessageContaining("'role'")
                .hasMessageContaining("Redis");
    }
}
