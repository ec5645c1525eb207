using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Weft.Istio.Security;

namespace Weft.ControlPlane.KeySets;

public sealed class KeySetFetcherTests : IAsyncLifetime
{
    private const string Keys = """{"keys":[{"kty":"RSA","kid":"a","e":"AQAB","n":"AQAB"}]}""";

    private readonly ConcurrentDictionary<string, (int Status, string Body)> _answers = new();
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(30));
    private readonly SocketsHttpHandler _handler = new() { UseProxy = false };
    private readonly SemaphoreSlim _changed = new(0);
    private WebApplication? _issuer;
    private KeySetFetcher? _fetcher;
    private string _address = "";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _issuer = builder.Build();
        _issuer.Urls.Add("http://127.0.0.1:0");
        _issuer.Run(async context =>
        {
            var (status, body) = _answers.GetValueOrDefault(context.Request.Path, (404, ""));
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body, context.RequestAborted);
        });
        await _issuer.StartAsync(_stop.Token);
        _address = _issuer.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        _fetcher = new KeySetFetcher(_handler, TimeProvider.System, NullLogger<KeySetFetcher>.Instance);
        _ = _fetcher.RunAsync(() => _changed.Release(), _stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _issuer!.DisposeAsync();
        _fetcher!.Dispose();
        _handler.Dispose();
        _changed.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Keys_are_fetched_at_the_stated_address()
    {
        _answers["/keys"] = (200, Keys);

        _fetcher!.Want([Policy(new JwtRule { Issuer = "a", JwksUri = $"{_address}/keys" })]);
        await _changed.WaitAsync(_stop.Token);

        Assert.Equal(Keys, _fetcher.Current[new KeySetSource("", $"{_address}/keys")]);
    }

    [Fact]
    public async Task Without_an_address_the_issuer_says_where_they_are()
    {
        _answers["/.well-known/openid-configuration"] = (200, $$"""{"jwks_uri":"{{_address}}/found"}""");
        _answers["/found"] = (200, Keys);

        _fetcher!.Want([Policy(new JwtRule { Issuer = _address })]);
        await _changed.WaitAsync(_stop.Token);

        Assert.Equal(Keys, _fetcher.Current[new KeySetSource(_address, "")]);
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(200, "no JSON")]
    [InlineData(200, "[]")]
    [InlineData(200, """{"keys":[]}""")]
    [InlineData(200, """{"keys":7}""")]
    public async Task A_bad_answer_gives_no_keys_and_keeps_others_coming(int status, string body)
    {
        _answers["/bad"] = (status, body);
        _answers["/good"] = (200, Keys);

        _fetcher!.Want([Policy(new JwtRule { Issuer = "a", JwksUri = $"{_address}/bad" }, new JwtRule { Issuer = "b", JwksUri = "file:///etc/hosts" }, new JwtRule { Issuer = "c", JwksUri = $"{_address}/good" })]);
        await _changed.WaitAsync(_stop.Token);

        Assert.Equal([new KeySetSource("", $"{_address}/good")], _fetcher.Current.Keys);
    }

    private static RequestAuthentication Policy(params JwtRule[] rules) => new() { Spec = new RequestAuthenticationSpec { JwtRules = [.. rules] } };
}
