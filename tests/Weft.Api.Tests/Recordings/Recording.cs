using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Weft.Api.Recordings;

/// <summary>Answers of Kiali 2.30 and of the systems behind it, recorded from a real cluster.</summary>
internal static class Recording
{
    public static JsonNode Read(string name)
    {
        using var stream = typeof(Recording).Assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException(name);
        using var text = Path.GetExtension(name) switch
        {
            ".br" => new BrotliStream(stream, CompressionMode.Decompress),
            ".gz" => new GZipStream(stream, CompressionMode.Decompress),
            _ => stream,
        };
        return JsonNode.Parse(text)!;
    }

    public static byte[] Bytes(string name)
    {
        using var stream = typeof(Recording).Assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException(name);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
