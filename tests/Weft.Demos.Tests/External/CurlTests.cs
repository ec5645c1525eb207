using Weft.Demos.External.Curl;
using Weft.Demos.Guestbook;
using Weft.Demos.Hosting;

namespace Weft.Demos.External;

public sealed class CurlTests
{
    private const string Image = "curlimages/curl";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_loop_of_the_tutorial_calls_over_tls_again_and_again()
    {
        using var authority = new ExternalAuthority(TimeProvider.System);
        await using var world = new DemoWorld { Trust = authority.Trust, Time = new FastTime(20) };
        await world.StartAsync(ExternalHost.HttpBin, authority);
        world.Command = ["sh", "-c", "while true; do\n  # The protocol here is https\n  curl -vs https://httpbin.org/status/200\n  sleep .2\ndone;\n"];
        _ = world.Start("curl", Image);

        await RedisTests.UntilAsync(() => Task.FromResult(world.Log.Count(line => line.StartsWith("< HTTP/1.1 200", StringComparison.Ordinal)) >= 3));

        Assert.Contains("> GET /status/200 HTTP/1.1", world.Log);
        Assert.Contains("> User-Agent: curl/8.1.2", world.Log);
    }

    [Fact]
    public async Task One_call_prints_the_body_and_ends()
    {
        await using var world = new DemoWorld();
        _ = world.Start("httpbin", "mccutchen/go-httpbin");
        world.Arguments = ["-s", "-H", "User-Agent: me", "httpbin:8080/user-agent"];

        Assert.Equal(0, await world.Start("curl", Image));
        Assert.Contains("{\"user-agent\":\"me\"}", world.Log);
    }

    [Theory]
    [InlineData(7, "curl", "-s", "http://nobody/")]
    [InlineData(2, "curl", "--tlsv1.9", "http://nobody/")]
    [InlineData(2, "curl")]
    [InlineData(127, "python3", "-m", "http.server")]
    [InlineData(127, "sh", "-c", "curl http://a | grep b")]
    [InlineData(0, "/bin/sleep", "0")]
    public async Task The_exit_code_tells_what_went_wrong(int code, params string[] command)
    {
        await using var world = new DemoWorld { Command = command };

        Assert.Equal(code, await world.Start("curl", Image));
    }

    [Fact]
    public async Task A_pod_that_waits_forever_ends_when_it_is_stopped()
    {
        await using var world = new DemoWorld { Command = ["/bin/sleep", "infinity"] };
        var run = world.Start("curl", Image);

        await world.StopAsync("curl");

        Assert.Equal(0, await run);
    }

    [Theory]
    [InlineData("curl a; sleep 1", 2, 0)]
    [InlineData("while :; do curl a; curl -X POST -d x -o /dev/null 'http://b'; sleep 1m; done", 0, 3)]
    [InlineData("curl a # one\n\nwhile true\ndo\ncurl \"b\"\ndone\n", 1, 1)]
    public void Scripts_are_steps_once_and_steps_for_ever(string script, int once, int forever)
    {
        var parsed = CurlScript.Parse(script);

        Assert.Equal(once, parsed.Once.Count);
        Assert.Equal(forever, parsed.Forever.Count);
    }

    [Theory]
    [InlineData("while true; do curl a")]
    [InlineData("while true; do curl a; done; curl b")]
    [InlineData("for i in 1 2; do curl a; done")]
    [InlineData("curl 'a")]
    [InlineData("curl $URL")]
    [InlineData("sleep soon")]
    [InlineData("curl -H")]
    [InlineData("curl a b")]
    [InlineData("done")]
    public void Other_scripts_are_refused(string script) => Assert.Throws<CurlScriptException>(() => CurlScript.Parse(script));

    [Fact]
    public void Any_text_is_a_script_or_refused()
    {
        var random = new Random(13);
        string[] parts = ["curl", "while", "true", "do", "done", ";", "\n", "'", "\"", "#", "-v", "sleep", ".2", "http://a", "$", " ", "-", "--", "\\"];
        for (var i = 0; i < 5000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)] + (random.Next(2) == 0 ? " " : "")));
            try
            {
                CurlScript.Parse(text);
            }
            catch (CurlScriptException)
            {
                // The one way in which other text may end.
            }
        }
    }
}
