using System.Net;
using Weft.Proxy.AccessLog;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Expressions;

public sealed class CelTests
{
    private static readonly AccessLogEntry Connection = new()
    {
        StartTime = DateTimeOffset.UnixEpoch,
        Duration = TimeSpan.Zero,
        Flags = ResponseFlags.NoRouteFound,
        BytesReceived = 0,
        BytesSent = 0,
        DownstreamLocalAddress = new IPEndPoint(IPAddress.Loopback, 8080),
        DownstreamRemoteAddress = new IPEndPoint(IPAddress.Loopback, 1),
        DownstreamDirectRemoteAddress = new IPEndPoint(IPAddress.Loopback, 1),
        RequestedServerName = "name",
    };

    [Theory]
    [InlineData("destination.port == 8080", true)]
    [InlineData("destination.port != 8080u", false)]
    [InlineData("1 + 2 * 3 == 7 && 7 % 4 == 3 && -(1) < 0", true)]
    [InlineData("'a' + \"b\" == 'ab' && 'b' > 'a'", true)]
    [InlineData("connection.requested_server_name.startsWith('na') && connection.requested_server_name.size() == 4", true)]
    [InlineData("connection.requested_server_name.matches('^n.m')", true)]
    [InlineData("connection.requested_server_name in ['x', 'name']", true)]
    [InlineData("connection.mtls ? false : true", true)]
    [InlineData("response.code >= 500", false)]
    [InlineData("!(response.code >= 500)", false)]
    [InlineData("response.code >= 500 || true", true)]
    [InlineData("has(response.code) == false", true)]
    [InlineData("int('7') == 7 && string(1.5) == '1.5'", true)]
    [InlineData("1 / 0 == 1", false)]
    [InlineData("'a' < 1", false)]
    [InlineData("'\\'quoted\\'' == \"'quoted'\" && r'\\d' == '\\\\d'", true)]
    public void Expressions_hold_or_do_not(string expression, bool holds) => Assert.Equal(holds, CelExpression.Compile(expression).Holds(Connection));

    [Theory]
    [InlineData("")]
    [InlineData("1 +")]
    [InlineData("(1")]
    [InlineData("'open")]
    [InlineData("a.b")]
    [InlineData("request.path.nothing()")]
    [InlineData("[1, 2].exists(x, x > 1)")]
    [InlineData("1 2")]
    [InlineData("#")]
    public void What_is_not_understood_is_refused(string expression) => Assert.Throws<ResourceRejectedException>(() => CelExpression.Compile(expression));

    [Fact]
    public void Deep_nesting_is_refused() => Assert.Throws<ResourceRejectedException>(() => CelExpression.Compile(new string('(', 10_000) + "1" + new string(')', 10_000)));

    [Fact]
    public void Arbitrary_text_is_compiled_or_refused()
    {
        var random = new Random(1);
        string[] words = ["request", ".", "path", "(", ")", "[", "]", "'a'", "1", "&&", "||", "!", "-", "?", ":", "in", "==", "<", "has", ",", "true", " "];
        for (var turn = 0; turn < 3_000; turn++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => words[random.Next(words.Length)] + " "));
            try
            {
                CelExpression.Compile(text).Holds(Connection);
            }
            catch (ResourceRejectedException)
            {
                // Refused, as most of it is.
            }
        }
    }
}
