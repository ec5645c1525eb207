using Weft.Runtime.Commands.Curl;

namespace Weft.Runtime.Commands;

public sealed class CurlArgumentsTests
{
    [Fact]
    public void Letters_are_joined_and_carry_values()
    {
        var options = CurlArguments.Parse(["-sSkvL", "-XPOST", "-H", "a: b", "-d", "x=1", "-dy=2", "-o", "/dev/null", "-w", "%{http_code}", "-m", "1.5", "--connect-timeout", "2", "--head", "http://web"]);

        Assert.True(options is { Silent: true, ShowError: true, Insecure: true, Verbose: true, Follow: true, Head: true, IsQuiet: false });
        Assert.Equal(("POST", "/dev/null", "%{http_code}"), (options.Method, options.Output, options.WriteOut));
        Assert.Equal(["a: b"], options.Headers);
        Assert.Equal(["x=1", "y=2"], options.Data);
        Assert.Equal((TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(2)), (options.MaxTime, options.ConnectTimeout));
        Assert.Equal(["http://web"], options.Urls);
    }

    [Theory]
    [InlineData(2, "option --nonsense: is unknown", "--nonsense", "x")]
    [InlineData(2, "option -q: is unknown", "-sq", "x")]
    [InlineData(2, "option -H: requires parameter", "x", "-H")]
    [InlineData(2, "no URL specified", "-s")]
    [InlineData(2, "option --max-time: expected a proper numerical parameter", "-m", "soon", "x")]
    [InlineData(26, "Failed to open secret", "-d", "@secret", "x")]
    public void A_wrong_command_line_gets_curls_words_and_code(int code, string message, params string[] arguments)
    {
        var failure = Assert.Throws<CurlException>(() => CurlArguments.Parse([.. arguments]));

        Assert.Equal(code, failure.Code);
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_has_curls_headers_and_those_given()
    {
        var options = CurlArguments.Parse(["-H", "Host: guestbook.lvh.me", "-H", "X-Empty;", "-H", "Accept:", "-H", "content-type: text/plain", "-d", "a", "-u", "me:secret", "gateway:8080/x?y"]);

        using var request = CurlRequest.Of(options, CurlRequest.UrlOf(options.Urls[0]), default);

        Assert.Equal((HttpMethod.Post, "http://gateway:8080/x?y"), (request.Method, request.RequestUri!.AbsoluteUri));
        Assert.Equal("guestbook.lvh.me", request.Headers.Host);
        Assert.Equal("text/plain", request.Content!.Headers.ContentType!.MediaType);
        Assert.Equal(["Authorization", "User-Agent", "X-Empty"], request.Headers.Where(header => header.Key != "Host").Select(header => header.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("ftp://x", 1)]
    [InlineData("http://", 3)]
    [InlineData("http://a b", 3)]
    public void A_url_that_cannot_be_asked_is_refused(string url, int code) =>
        Assert.Equal(code, Assert.Throws<CurlException>(() => CurlRequest.UrlOf(url)).Code);

    [Fact]
    public void A_header_that_would_break_the_request_is_refused()
    {
        var options = CurlArguments.Parse(["-H", "a: b\r\nc: d", "x"]);

        Assert.Equal(43, Assert.Throws<CurlException>(() => CurlRequest.Of(options, CurlRequest.UrlOf("x"), default)).Code);
    }

    [Theory]
    [InlineData("%{http_code}\\n", "200\n")]
    [InlineData("%{time_total}s %{size_download}%%", "1.500000s 42%")]
    [InlineData("%{nonsense}|%{open", "|%{open")]
    [InlineData("%{http_version} %{content_type} %{url}", "1.1 text/html http://web/")]
    public void What_is_written_out_follows_the_format(string format, string expected) => Assert.Equal(
        expected,
        CurlWriteOut.Format(format, new CurlResult { Url = "http://web/", Status = 200, Downloaded = 42, ContentType = "text/html", HttpVersion = new Version(1, 1), Total = TimeSpan.FromSeconds(1.5) }));
}
