package io.skipstone.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void hasADefaultForEverything() {
        Settings settings = Settings.read(Map.of(), Map.of());

        assertThat(settings.dataDir()).isEqualTo(Path.of("data").toAbsolutePath());
        assertThat(settings.nodeId()).isEqualTo("n1");
        assertThat(settings.clientPort()).isEqualTo(2379);
        assertThat(settings.limits()).isEqualTo(Limits.DEFAULT);
        assertThat(settings.failpoints()).isEmpty();
    }

    @Test
    void aPropertyWinsOverAVariable() {
        Settings settings = Settings.read(
                Map.of("skipstone.node-id", "fromProperty"),
                Map.of("SKIPSTONE_NODE_ID", "fromVariable", "SKIPSTONE_PEER_PORT", "4000"));

        assertThat(settings.nodeId()).isEqualTo("fromProperty");
        assertThat(settings.peerPort()).isEqualTo(4000);
    }

    @Test
    void listsAllProblemsAtOnceUnknownNamesIncluded() {
        assertThatThrownBy(() -> Settings.read(
                        Map.of("skipstone.client.port", "http", "skipstone.storage", "x"),
                        Map.of("SKIPSTONE_STORE_SYNC", "never", "SKIPSTONE_NODEID", "n2", "SKIPSTONE_DATA_DIR", " ")))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("5 settings are wrong:")
                .hasMessageContaining("skipstone.client.port is 'http'; it must be a whole number from 0 to 65535")
                .hasMessageContaining("skipstone.storage is no setting")
                .hasMessageContaining("SKIPSTONE_NODEID is no setting")
                .hasMessageContaining("skipstone.store.sync is 'never'; it is meta-deferred or always")
                .hasMessageContaining("skipstone.data-dir is empty");
    }

    @Test
    void listsWhatIsWrongWithTheFailpointsAmongTheRest() {
        assertThatThrownBy(() -> Settings.read(
                        Map.of("skipstone.client.port", "http"), Map.of("SKIPSTONE_FAILPOINTS", "pin.synct=halt")))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("2 settings are wrong:")
                .hasMessageContaining("skipstone.failpoints: 'pin.synct' is no failpoint; did you mean pin.synced?");
    }

    @Test
    void refusesPeersThatDoNotNameThisNodeOrNameOneTwice() {
        assertThatThrownBy(() -> Settings.read(
                        Map.of("skipstone.node-id", "n9", "skipstone.peers", "n1=host1:2380,n2=host1:2380"), Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("2 settings are wrong:")
                .hasMessageContaining("skipstone.peers names a node or an address twice")
                .hasMessageContaining(
                        "skipstone.peers does not name this node (n9); add it, or correct skipstone.node-id");
    }

    @Test
    void leavesTheVariablesOfTheLauncherAlone() {
        assertThat(Settings.read(Map.of(), Map.of("SKIPSTONE_JAVA_OPTS", "-Xmx1g", "SKIPSTONE_ENDPOINT", "x")))
                .isNotNull();
    }

    @Test
    void theOperationsPageListsEverySettingWithItsDefault() throws IOException {
        String page = Files.readString(Path.of("docs/operations.md"));

        for (Settings.Described setting : Settings.described()) {
            String standard = setting.defaultValue().isEmpty() ? "(nothing)" : "`" + setting.defaultValue() + "`";
            assertThat(page).contains("| `" + setting.name() + "` | " + standard + " | " + setting.meaning() + " |");
        }
    }

    @Test
    void optionsOfRunSetAnySetting() {
        assertThat(RunOptions.parse("--data-dir=/tmp/x", "--client.port", "4001"))
                .containsEntry("skipstone.data-dir", "/tmp/x")
                .containsEntry("skipstone.client.port", "4001");
        assertThatThrownBy(() -> RunOptions.parse("data", "--node-id"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("'data' is no option")
                .hasMessageContaining("--node-id has no value");
    }
}
