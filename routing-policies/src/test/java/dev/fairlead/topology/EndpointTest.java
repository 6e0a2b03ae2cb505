package dev.fairlead.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class EndpointTest {
    @Property
    void readsWhatItPrints(@ForAll @IntRange(min = 1, max = 65535) int port) {
        assertThat(Endpoint.parse(new Endpoint("::1", port).toString())).isEqualTo(new Endpoint("::1", port));
        assertThat(Endpoint.parse(new Endpoint("redis-1", port).toString())).isEqualTo(new Endpoint("redis-1", port));
    }

    @Example
    void saysWhatAnAddressLooksLike() {
        assertThatThrownBy(() -> Endpoint.parse("redis-1"))
                .hasMessageContaining("'redis-1'")
                .hasMessageContaining("host:port");
        assertThatThrownBy(() -> Endpoint.parse("::1:6379")).hasMessageContaining("brackets");
        assertThatThrownBy(() -> Endpoint.parse("redis-1:0")).hasMessageContaining("between 1 and 65535");
        assertThatThrownBy(() -> Endpoint.parse("redis-1:port")).hasMessageContaining("not a number");
    }
}
