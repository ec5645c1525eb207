using System.Text;

namespace Weft.Runtime.Logs;

/// <summary>A reader's place in the log of one run; survives rotations. One reader, one cursor.</summary>
internal sealed class LogCursor(string path, ContainerLogFile? writer) : IDisposable
{
    private readonly StringBuilder _partial = new();
    private StreamReader? _reader;
    private bool _rotatedRead;
    private int _generation = writer?.Generation ?? 0;

    /// <summary>Completes when there may be more to read. A log without a writer does not change any more.</summary>
    public Task Changed => writer?.Changed ?? Task.CompletedTask;

    public bool IsClosed => writer?.IsClosed ?? true;

    /// <summary>All complete lines from the cursor to the present end.</summary>
    public IEnumerable<LogLine> ReadToEnd()
    {
        if (!_rotatedRead)
        {
            _rotatedRead = true;
            foreach (var line in ReadRotated())
                yield return line;
        }

        foreach (var line in ReadOpenFile())
            yield return line;

        // The file that was read has been moved away and was read to its end above; what follows is in the new one.
        while (writer is not null && _generation < writer.Generation)
        {
            _generation++;
            _reader?.Dispose();
            _reader = null;
            foreach (var line in ReadOpenFile())
                yield return line;
        }
    }

    public void Dispose() => _reader?.Dispose();

    private IEnumerable<LogLine> ReadRotated()
    {
        using var rotated = OpenIfThere(ContainerLogFile.RotatedPath(path));
        return rotated is null ? [] : [.. Lines(rotated)];
    }

    private IEnumerable<LogLine> ReadOpenFile()
    {
        _reader ??= OpenIfThere(path);
        return _reader is null ? [] : Lines(_reader);
    }

    private IEnumerable<LogLine> Lines(StreamReader reader)
    {
        var buffer = new char[8192];
        while (reader.Read(buffer) is > 0 and var count)
        {
            var rest = buffer.AsMemory(0, count);
            while (rest.Span.IndexOf('\n') is >= 0 and var end)
            {
                _partial.Append(rest.Span[..end]);
                rest = rest[(end + 1)..];
                if (LogLine.TryParse(_partial.ToString(), out var line))
                {
                    _partial.Clear();
                    yield return line;
                }

                _partial.Clear();
            }

            _partial.Append(rest.Span);
        }
    }

    private static StreamReader? OpenIfThere(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new StreamReader(file, Encoding.UTF8);
        }
        catch (IOException failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
