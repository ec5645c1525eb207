using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Endpoints;

/// <summary>Where the next page of a list begins and which revision the list shows; a negative revision means the newest.</summary>
internal readonly record struct ContinueToken(string Namespace, string Name, long Revision)
{
    private const string Version = "meta.k8s.io/v1";

    /// <summary>The place right behind an object: no name sorts between it and the object's own with a zero added.</summary>
    public static ContinueToken Behind(ObjectKey last, long revision) => new(last.Namespace, last.Name + "\0", revision);

    public string Write() => Base64Url.EncodeToString(JsonText.Write(new JsonObject { ["v"] = Version, ["rv"] = Revision, ["start"] = Namespace.Length == 0 ? Name : $"{Namespace}/{Name}" }));

    public static ContinueToken Read(string token)
    {
        try
        {
            var content = JsonText.ParseObject(Base64Url.DecodeFromChars(token));
            if (content.Text("v") == Version && content.Text("start") is { Length: > 0 } start && content.Number("rv") is { } revision and not 0)
            {
                var slash = start.IndexOf('/', StringComparison.Ordinal);
                return slash < 0 ? new ContinueToken("", start, revision) : new ContinueToken(start[..slash], start[(slash + 1)..], revision);
            }
        }
        catch (Exception exception) when (exception is FormatException or JsonException or DecoderFallbackException)
        {
            // Falls through: one answer for every token that is not ours.
        }

        throw StatusErrors.BadRequest("continue key is not valid: invalid token");
    }
}
