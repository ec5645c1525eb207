using System.Text.Json.Nodes;

namespace Weft.Kubernetes.Client;

public sealed class ExecLoginTests
{
    private readonly SetTime _time = new();

    [Fact]
    public async Task A_token_is_kept_until_it_expires()
    {
        using var runs = new Runs();
        var login = Login(runs.Counting("""{"kind":"ExecCredential","status":{"token":"t'$n'","expirationTimestamp":"2026-01-01T12:10:00Z"}}"""));

        Assert.Equal("t1", await login.TokenAsync(Cancel));
        Assert.Equal("t1", await login.TokenAsync(Cancel));
        _time.Now += TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(5);
        Assert.Equal("t2", await login.TokenAsync(Cancel));
    }

    [Fact]
    public async Task Many_who_ask_at_once_start_one_program()
    {
        using var runs = new Runs();
        var login = Login(runs.Counting("""{"status":{"token":"t'$n'"}}"""));

        var tokens = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => login.TokenAsync(Cancel).AsTask()));

        Assert.All(tokens, token => Assert.Equal("t1", token));
    }

    [Fact]
    public async Task The_program_gets_its_arguments_its_variables_and_what_the_cluster_is()
    {
        var login = Login(
            """printf '{"status":{"token":"%s %s %s"}}' "$1" "$PROFILE" "$(printf %s "$KUBERNETES_EXEC_INFO" | sed 's/"/_/g')" """,
            exec =>
            {
                exec["args"]!.AsArray().Add((JsonNode)"eu");
                exec["env"] = new JsonArray(new JsonObject { ["name"] = "PROFILE", ["value"] = "dev" });
                exec["provideClusterInfo"] = true;
            });

        Assert.Equal(
            "eu dev {_apiVersion_:_client.authentication.k8s.io/v1_,_kind_:_ExecCredential_,_spec_:{_interactive_:false,_cluster_:{_server_:_https://127.0.0.1:1_}}}",
            await login.TokenAsync(Cancel));
    }

    [Theory]
    [InlineData("echo denied >&2; exit 3", "exec: sh ended with exit code 3: denied")]
    [InlineData("echo secret", "exec: sh printed no ExecCredential")]
    [InlineData("echo '[]'", "exec: sh printed no ExecCredential")]
    [InlineData("echo '{\"status\":{\"clientCertificateData\":\"x\"}}'", "exec: sh printed an ExecCredential without status.token")]
    [InlineData("echo '{\"status\":{\"token\":\"t\",\"expirationTimestamp\":\"soon\"}}'", "exec: sh printed an ExecCredential whose status.expirationTimestamp \"soon\" is no time")]
    public async Task A_program_that_gives_no_token_is_told_without_what_it_printed(string script, string message)
    {
        var wrong = await Assert.ThrowsAsync<KubeconfigException>(async () => await Login(script).TokenAsync(Cancel));

        Assert.Equal(message, wrong.Message);
    }

    [Fact]
    public async Task A_missing_program_is_told_with_the_hint_how_to_install_it_and_tried_again()
    {
        var login = Login("", exec => (exec["command"], exec["installHint"]) = ("no-such-login", "Install it from example.org."));

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var wrong = await Assert.ThrowsAsync<KubeconfigException>(async () => await login.TokenAsync(Cancel));
            Assert.StartsWith("exec: no-such-login cannot be started: ", wrong.Message, StringComparison.Ordinal);
            Assert.EndsWith("Install it from example.org.", wrong.Message, StringComparison.Ordinal);
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ExecLogin Login(string script, Action<JsonObject>? change = null)
    {
        var exec = new JsonObject
        {
            ["apiVersion"] = "client.authentication.k8s.io/v1",
            ["command"] = "sh",
            ["args"] = new JsonArray("-c", script, "sh"),
        };
        change?.Invoke(exec);
        return new ExecLogin(exec, new JsonObject { ["server"] = "https://127.0.0.1:1" }, "/", _time);
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>Counts how often a script ran, in a file.</summary>
    private sealed class Runs : IDisposable
    {
        private readonly string _file = Path.GetTempFileName();

        /// <param name="output">Printed between single quotes of the shell; <c>$n</c> is the number of the run.</param>
        public string Counting(string output) => $"echo x >>{_file}; n=$(wc -l <{_file}); echo '{output}'";

        public void Dispose() => File.Delete(_file);
    }
}
