package io.skipstone.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The judge over what the agent saw lets nothing through that the metadata do not name. */
class MetadataTest {
    private static final String SOME = """
            {"reflection": [
              {"type": "java.lang.Thread", "methods": [{"name": "start", "parameterTypes": []}], "fields": [{"name": "eetop"}]},
              {"type": "java.lang.String", "allDeclaredConstructors": true, "allPublicMethods": true},
              {"type": "java.io.IOException", "serializable": true},
              {"type": {"proxy": ["java.lang.Runnable", "java.io.Closeable"]}}
             ],
             "resources": [{"glob": "some/*.so"}]}
            """;

    private Metadata metadata;

    @BeforeEach
    void read() throws IOException {
        metadata = Metadata.parse(SOME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class\tC\tjava.lang.Thread\t",
                "method\tC\tjava.lang.Thread\tstart()",
                "method\tC\tjava.lang.String\t<init>(char[])",
                "method\tC\tjava.lang.String\tlength()",
                "field\tC\tjava.lang.Thread\teetop",
                "handle\tC\tjava.lang.Thread\teetop",
                "all\tC\tjava.lang.String\tgetMethods",
                "serial\tC\tjava.io.IOException\t",
                "proxy\tC\tjava.lang.Runnable,java.io.Closeable\t",
                "resource\tC\tsome/lib.so\t"
            })
    void coversWhatIsNamed(String line) {
        assertThat(metadata.covers(Lookup.parse(line))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class\tC\torg.apache.ratis.server.NewInThisVersion\t",
                "method\tC\tjava.lang.Thread\tjoin()",
                "method\tC\tjava.lang.Thread\tstart(int)",
                "method\tC\tjava.lang.Thread\t<init>()",
                "field\tC\tjava.lang.Thread\tname",
                "handle\tC\tjava.lang.Thread\tjoin()",
                "all\tC\tjava.lang.Thread\tgetDeclaredMethods",
                "all\tC\tjava.lang.String\tgetDeclaredMethods",
                "serial\tC\tjava.lang.Thread\t",
                "proxy\tC\tjava.lang.Runnable\t",
                "resource\tC\tother/lib.so\t",
                "service\tC\torg.apache.ratis.metrics.MetricRegistries\t",
                "bundle\tC\tmessages\t",
                "defines\tC\t-\t",
                "unwatched\tC\tio.skipstone.Some\twhy"
            })
    void refusesWhatIsNot(String line) {
        Lookup lookup = Lookup.parse(line);

        assertThat(metadata.covers(lookup)).isFalse();
        assertThat(LeftOut.includes(lookup)).isFalse();
    }

    @Test
    void leavesOutNothingButWhatItsReasonNames() {
        var transport = Lookup.parse("class\tC\torg.apache.ratis.thirdparty.io.netty.channel.epoll.Epoll\t");
        var channel =
                Lookup.parse("class\tC\torg.apache.ratis.thirdparty.io.netty.channel.socket.nio.NioSocketChannel\t");

        assertThat(LeftOut.NATIVE_TRANSPORT.takesIn(transport)).isTrue();
        assertThat(LeftOut.includes(channel)).isFalse();
    }
}
