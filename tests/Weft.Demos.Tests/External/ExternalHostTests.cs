using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Weft.Demos.Bookinfo;
using Weft.Demos.External.Google;
using Weft.Demos.Hosting;

namespace Weft.Demos.External;

public sealed class ExternalHostTests
{
    private const string Books = "/books/v1/volumes?q=isbn:0486424618";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Httpbin_answers_at_two_addresses_with_and_without_tls()
    {
        using var authority = new ExternalAuthority(TimeProvider.System);
        await using var world = new DemoWorld { Trust = authority.Trust };
        var addresses = await world.StartAsync(ExternalHost.HttpBin, authority);

        Assert.Equal(2, addresses.Count);
        foreach (var address in addresses)
        {
            world.Name("httpbin.org", address);
            using var client = world.Client();
            using var plain = await client.GetAsync(new Uri("http://httpbin.org/status/418"), Cancellation);
            using var tls = await client.GetAsync(new Uri("https://httpbin.org/status/200"), Cancellation);
            Assert.Equal(418, (int)plain.StatusCode);
            Assert.Equal(HttpStatusCode.OK, tls.StatusCode);
        }
    }

    [Fact]
    public async Task Who_does_not_trust_the_authority_or_calls_another_name_is_not_served()
    {
        using var authority = new ExternalAuthority(TimeProvider.System);
        await using var world = new DemoWorld { Trust = authority.Trust };
        await using var stranger = new DemoWorld();
        var address = (await world.StartAsync(ExternalHost.HttpBin, authority))[0];
        stranger.Name("httpbin.org", address);
        world.Name("elsewhere.org", address);
        using var trusting = world.Client();
        using var distrusting = stranger.Client();

        await Assert.ThrowsAsync<HttpRequestException>(() => distrusting.GetAsync(new Uri("https://httpbin.org/status/200"), Cancellation));
        await Assert.ThrowsAsync<HttpRequestException>(() => trusting.GetAsync(new Uri("https://elsewhere.org/status/200"), Cancellation));
    }

    [Fact]
    public async Task The_certificate_is_one_for_the_name_and_leads_to_the_root()
    {
        using var authority = new ExternalAuthority(TimeProvider.System);
        using var certificate = authority.Issue("httpbin.org");

        Assert.True(certificate.MatchesHostname("httpbin.org"));
        Assert.True(certificate.HasPrivateKey);
        Assert.False(authority.Root.HasPrivateKey);
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", authority.RootPem, StringComparison.Ordinal);
        Assert.True(authority.Trust.Accepts(this, certificate, null, SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.False(authority.Trust.Accepts(this, certificate, null, SslPolicyErrors.RemoteCertificateNameMismatch));
        Assert.False(DemoTrust.System.Accepts(this, certificate, null, SslPolicyErrors.RemoteCertificateChainErrors));
        using var other = new ExternalAuthority(TimeProvider.System);
        Assert.False(other.Trust.Accepts(this, certificate, null, SslPolicyErrors.RemoteCertificateChainErrors));
    }

    [Fact]
    public async Task A_plain_request_to_the_tls_port_is_answered_400()
    {
        using var authority = new ExternalAuthority(TimeProvider.System);
        await using var world = new DemoWorld { Trust = authority.Trust };
        await world.StartAsync(ExternalHost.HttpBin, authority);
        using var client = world.Client();

        using var answer = await client.GetAsync(new Uri("http://httpbin.org:443/status/200"), Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("TLS", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tls_port_survives_garbage()
    {
        using var authority = new ExternalAuthority(TimeProvider.System);
        await using var world = new DemoWorld { Trust = authority.Trust };
        await world.StartAsync(ExternalHost.HttpBin, authority);
        var random = new Random(9);
        for (var i = 0; i < 40; i++)
        {
            var garbage = new byte[random.Next(0, 200)];
            random.NextBytes(garbage);
            if (garbage.Length > 0 && i % 2 == 0)
            {
                garbage[0] = 0x16;
            }

            await using var connection = await world.DialAsync("httpbin.org", 443, Cancellation);
            await connection.WriteAsync(garbage, Cancellation);
        }

        using var client = world.Client();
        using var answer = await client.GetAsync(new Uri("https://httpbin.org/status/200"), Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Httpbin_org_is_overloaded_at_each_fiftieth_request()
    {
        using var authority = new ExternalAuthority(TimeProvider.System);
        await using var world = new DemoWorld { Trust = authority.Trust };
        await world.StartAsync(ExternalHost.HttpBin, authority);
        using var client = world.Client();
        List<int> codes = [];
        for (var i = 0; i < 100; i++)
        {
            using var answer = await client.GetAsync(new Uri("http://httpbin.org/status/200"), Cancellation);
            codes.Add((int)answer.StatusCode);
        }

        Assert.Equal(2, codes.Count(code => code == 504));
        Assert.Equal(98, codes.Count(code => code == 200));
    }

    [Fact]
    public async Task The_book_api_wants_tls_and_answers_until_its_quota_is_used_up()
    {
        using var authority = new ExternalAuthority(TimeProvider.System);
        await using var world = new DemoWorld { Trust = authority.Trust, Time = new SetTime() };
        await world.StartAsync(ExternalHost.GoogleApis, authority);
        using var client = world.Client();

        using var plain = await client.GetAsync(new Uri("http://www.googleapis.com" + Books), Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, plain.StatusCode);
        Assert.Equal(403, (int)JsonNode.Parse(await plain.Content.ReadAsStringAsync(Cancellation))!["error"]!["code"]!);
        Assert.Equal(0, (int)JsonNode.Parse(await client.GetStringAsync(new Uri("https://www.googleapis.com/books/v1/volumes?q=isbn:1"), Cancellation))!["totalItems"]!);
        for (var i = 0; i < 3; i++)
        {
            var book = JsonNode.Parse(await client.GetStringAsync(new Uri("https://www.googleapis.com" + Books), Cancellation))!;
            Assert.Equal("9780486424613", (string?)book["items"]![0]!["volumeInfo"]!["industryIdentifiers"]![1]!["identifier"]);
        }

        using var refused = await client.GetAsync(new Uri("https://www.googleapis.com" + Books), Cancellation);
        Assert.Equal(429, (int)refused.StatusCode);
    }

    [Theory]
    [InlineData(20, 0, 0)]
    [InlineData(2, 40, 70)]
    public void A_call_in_twenty_seconds_is_within_the_quota_and_one_in_two_is_not(int seconds, int leastPercent, int mostPercent)
    {
        var time = new SetTime();
        var quota = new Quota(time, 4, TimeSpan.FromSeconds(5));
        var refused = 0;
        for (var i = 0; i < 100; i++)
        {
            refused += quota.TryTake() ? 0 : 1;
            time.Advance(TimeSpan.FromSeconds(seconds));
        }

        Assert.InRange(refused, leastPercent, mostPercent);
    }

    [Fact]
    public async Task Bookinfo_details_come_from_the_book_api_over_tls()
    {
        using var authority = new ExternalAuthority(TimeProvider.System);
        await using var world = new DemoWorld { Trust = authority.Trust };
        await world.StartAsync(ExternalHost.GoogleApis, authority);
        _ = world.Start("details", BookinfoWorlds.Images + "details-v1:1.20.3", ("ENABLE_EXTERNAL_BOOK_SERVICE", "true"));
        using var client = world.Client();

        var details = JsonNode.Parse(await client.GetStringAsync(new Uri("http://details:9080/details/0"), Cancellation))!;

        Assert.Equal("0486424618", (string?)details["ISBN-10"]);
        Assert.Equal(2002, (int)details["year"]!);
        Assert.Equal("English", (string?)details["language"]);
    }

    [Fact]
    public async Task An_address_that_is_taken_fails_the_host()
    {
        using var authority = new ExternalAuthority(TimeProvider.System);
        var address = DemoWorld.NextAddress();
        using var taken = new TcpListener(address, 443);
        taken.Start();
        var context = new ExternalHostContext { Addresses = [address], Authority = authority, Time = TimeProvider.System, Log = static _ => { } };

        await Assert.ThrowsAsync<IOException>(() => ExternalHost.GoogleApis.RunAsync(context, Cancellation));
    }
}
