using System.Text;
using System.Text.Json.Nodes;
using Weft.Proxy.Filters.Jwt;

namespace Weft.Proxy.Filters;

public sealed class JwtParserTests : IDisposable
{
    private readonly TestTokens _tokens = new();

    public void Dispose() => _tokens.Dispose();

    [Fact]
    public void Damaged_tokens_are_never_accepted_and_never_throw()
    {
        Assert.Equal(JwtStatus.Ok, JsonWebKeySet.TryParse(Encoding.UTF8.GetBytes(_tokens.Jwks), out var keys));
        var random = new Random(7519);
        const string Letters = "ABCXYZabcxyz0189-_.=+/ \0é";
        foreach (var (algorithm, kid) in ((string, string)[])[("RS256", "rsa"), ("ES256", "ec"), ("HS256", "oct"), ("PS384", "rsa")])
        {
            var good = _tokens.Token(algorithm, kid);
            Assert.Equal(JwtStatus.Ok, JsonWebToken.TryParse(good, out var parsed));
            Assert.Equal(JwtStatus.Ok, keys!.Verify(parsed!));
            for (var turn = 0; turn < 400; turn++)
            {
                var damaged = new StringBuilder(good);
                var position = random.Next(damaged.Length - 2);
                damaged[position] = Letters[random.Next(Letters.Length)];
                if (turn % 3 == 0)
                {
                    damaged.Length = random.Next(damaged.Length);
                }

                var text = damaged.ToString();
                if (text == good || JsonWebToken.TryParse(text, out var token) != JwtStatus.Ok)
                {
                    continue;
                }

                Assert.NotEqual(JwtStatus.Ok, keys.Verify(token!));
            }
        }
    }

    [Fact]
    public void Arbitrary_text_is_no_token()
    {
        var random = new Random(7515);
        for (var turn = 0; turn < 2_000; turn++)
        {
            var text = string.Create(random.Next(200), random, static (span, source) =>
            {
                for (var index = 0; index < span.Length; index++)
                {
                    span[index] = source.Next(8) == 0 ? '.' : (char)source.Next(1, 300);
                }
            });
            Assert.NotEqual(JwtStatus.Ok, JsonWebToken.TryParse(text, out _));
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("")]
    public void A_token_without_a_signature_is_refused(string algorithm) =>
        Assert.Equal(JwtStatus.HeaderAlgNotSupported, JsonWebToken.TryParse(_tokens.Token(algorithm.Length == 0 ? "no" : algorithm, header: header => header["alg"] = algorithm), out _));

    [Fact]
    public void A_public_key_is_no_secret()
    {
        // The classic confusion: HS256 over the RSA key's own text.
        JsonWebKeySet.TryParse(Encoding.UTF8.GetBytes(_tokens.Jwks), out var keys);
        Assert.Equal(JwtStatus.Ok, JsonWebToken.TryParse(_tokens.Token("HS256", "rsa"), out var token));

        Assert.Equal(JwtStatus.KeyMismatch, keys!.Verify(token!));
    }

    [Theory]
    [InlineData("alg", "7", "Jwt header [alg] field is required and must be a string")]
    [InlineData("kid", "7", "Jwt header [kid] field is not a string")]
    [InlineData("!iss", "7", "Jwt payload [iss] field is not a string")]
    [InlineData("!sub", "{}", "Jwt payload [sub] field is not a string")]
    [InlineData("!exp", "\"soon\"", "Jwt payload [exp] field is not an integer")]
    [InlineData("!nbf", "-5", "Jwt payload [nbf] field is not an integer")]
    [InlineData("!iat", "true", "Jwt payload [iat] field is not an integer")]
    [InlineData("!aud", "[1]", "Jwt payload [aud] field is not a string or string list")]
    public void Fields_of_the_wrong_kind_are_named(string field, string json, string message)
    {
        void Set(JsonObject target) => target[field.TrimStart('!')] = JsonNode.Parse(json);

        var token = field[0] == '!' ? _tokens.Token(claims: Set) : _tokens.Token(header: Set);

        Assert.Equal(message, JwtStatusText.Of(JsonWebToken.TryParse(token, out _)));
    }

    [Theory]
    [InlineData("", "Jwks is an invalid JSON")]
    [InlineData("[]", "Jwks does not have [keys] field")]
    [InlineData("""{"keys":{}}""", "[keys] in Jwks is not an array")]
    [InlineData("""{"keys":[]}""", "Jwks doesn't have any valid public key")]
    [InlineData("""{"keys":[{"kty":"RSA"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA"},7]}""", "Jwks doesn't have any valid public key")]
    public void Key_sets_that_are_none_are_named(string json, string message) =>
        Assert.Equal(message, JwtStatusText.Of(JsonWebKeySet.TryParse(Encoding.UTF8.GetBytes(json), out _)));
}
