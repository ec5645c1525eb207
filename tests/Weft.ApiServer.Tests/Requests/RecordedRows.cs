using System.IO.Compression;

namespace Weft.ApiServer.Requests;

/// <summary>The rows of a recorded list (tab separated, the first line names the columns).</summary>
internal static class RecordedRows
{
    public static IReadOnlyList<string[]> Read(string file)
    {
        using var stream = typeof(RecordedRows).Assembly.GetManifestResourceStream(file)!;
        using var reader = new StreamReader(new GZipStream(stream, CompressionMode.Decompress));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split('\t'))];
    }
}
