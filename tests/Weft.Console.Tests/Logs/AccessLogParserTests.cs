namespace Weft.Console.Logs;

public sealed class AccessLogParserTests
{
    private const string Http =
        """[2026-11-21T04:00:05.090Z] "GET /reviews/0?a=b c HTTP/1.1" 503 UF,URX upstream_reset_before_response_started{remote_connection_failure} - "delayed connect error" 0 379 12 11 "10.0.0.1" "curl/8.0 (x; y)" "5b5b" "reviews:9080" "10.0.0.37:9080" outbound|9080|v1|reviews.bookinfo.svc.cluster.local 10.0.0.36:40000 10.96.0.9:9080 10.0.0.36:40001 outbound_.9080 default""";

    [Fact]
    public void A_line_of_Istios_text_format_is_read_field_by_field()
    {
        var log = AccessLogParser.Parse(Http);
        Assert.NotNull(log);
        Assert.Equal(("GET", "/reviews/0?a=b c", "HTTP/1.1", "503"), (log.Method, log.UriPath, log.Protocol, log.StatusCode));
        Assert.Equal(
            ("UF,URX", "upstream_reset_before_response_started{remote_connection_failure}", "-", "delayed connect error"),
            (log.ResponseFlags, log.ResponseCodeDetails, log.ConnectionTerminationDetails, log.UpstreamFailureReason));
        Assert.Equal(("curl/8.0 (x; y)", "10.0.0.37:9080", "outbound_.9080", "default"), (log.UserAgent, log.UpstreamService, log.RequestedServer, log.RouteName));
    }

    [Fact]
    public void A_line_in_JSON_is_read_too()
    {
        var log = AccessLogParser.Parse("""{"start_time":"2026-11-21T04:00:05.090Z","method":"GET","path":"/x","response_code":200,"response_flags":"-","bytes_sent":5,"upstream_host":null}""");
        Assert.NotNull(log);
        Assert.Equal(("200", "/x", "5", null), (log.StatusCode, log.UriPath, log.BytesSent, log.UpstreamService));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("[2026-11-21T04:00:05.090Z] \"GET / HTTP/1.1")]
    [InlineData("[2026-11-21 04:00:02] ERROR in app: something failed")]
    [InlineData("{\"level\":\"debug\",\"msg\":\"json DEBUG line\"}")]
    [InlineData("{\"a\":[1,2")]
    [InlineData("2026-11-21T04:00:01.000000Z\tinfo\tEnvoy proxy is ready")]
    public void Any_other_line_is_none(string line) => Assert.Null(AccessLogParser.Parse(line));

    [Fact]
    public void Arbitrary_text_never_fails()
    {
        var random = new Random(7);
        var parts = new[] { "\"", "[", "]", " ", "-", "{", "}", "x", "200", "\u00e9", "\\", ":" };
        for (var i = 0; i < 2000; i++)
        {
            AccessLogParser.Parse(string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => parts[random.Next(parts.Length)])));
        }
    }

    [Theory]
    [InlineData("2026-11-21T04:00:04.000000000Z WARNING: slow", LogSeverity.Warn, "WARNING: slow")]
    [InlineData("2026-11-21T04:00:04Z nothing to say", LogSeverity.Info, "nothing to say")]
    [InlineData("2026-11-21T04:00:04.1Z a trace of an error", LogSeverity.Trace, "a trace of an error")]
    [InlineData("2026-11-21T04:00:04.1Z ", LogSeverity.Info, "")]
    public void A_line_has_a_time_and_a_severity(string line, LogSeverity severity, string message)
    {
        var entry = PodLogs.Parse(line, isProxy: true);
        Assert.NotNull(entry);
        Assert.Equal((severity, message), (entry.Severity, entry.Message));
    }

    [Theory]
    [InlineData("")]
    [InlineData("unable to retrieve container logs")]
    public void A_line_without_a_time_is_no_entry(string line) => Assert.Null(PodLogs.Parse(line, isProxy: false));
}
