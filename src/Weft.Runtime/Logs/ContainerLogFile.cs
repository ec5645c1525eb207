using Weft.Runtime.Containers;

namespace Weft.Runtime.Logs;

/// <summary>
/// The log of one run: appends lines to a file and, when it is full, moves it to <c>.1</c> (replacing the former one) and goes on
/// in a new one. Readers that follow wait on <see cref="Changed"/>.
/// </summary>
internal sealed class ContainerLogFile : IContainerLog, IDisposable
{
    /// <summary>Longer lines are stored as several; keeps one broken writer from holding megabytes.</summary>
    private const int LongestLine = 16 * 1024;

    private readonly long _rotateAt;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private FileStream _file;
    private bool _closed;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Creates the file at once: its being there says that the run has begun.</summary>
    public ContainerLogFile(string path, long rotateAt, TimeProvider time)
    {
        (Path, _rotateAt, _time) = (path, rotateAt, time);
        _file = Open();
    }

    public string Path { get; }

    /// <summary>Goes up with each rotation; a reader that sees it change finishes the old file and opens the new one.</summary>
    public int Generation { get; private set; }

    public bool IsClosed
    {
        get
        {
            lock (_gate)
                return _closed;
        }
    }

    public static string RotatedPath(string path) => path + ".1";

    public void Write(ContainerStream stream, ReadOnlySpan<char> line)
    {
        while (line.Length > LongestLine)
        {
            Append(new LogLine(_time.GetUtcNow(), stream, line[..LongestLine].ToString()));
            line = line[LongestLine..];
        }

        Append(new LogLine(_time.GetUtcNow(), stream, line.TrimEnd('\r').ToString()));
    }

    /// <summary>A task that the next write, or the end of the log, completes. Take it before reading the file.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
                return _closed ? Task.CompletedTask : _changed.Task;
        }
    }

    public void Dispose()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            _file.Dispose();
            changed = _changed;
        }

        changed.SetResult();
    }

    private void Append(LogLine line)
    {
        var bytes = line.Encode();
        TaskCompletionSource changed;
        lock (_gate)
        {
            // A container's last words after its end are dropped: its log may already be deleted.
            if (_closed)
                return;
            if (_file.Position > 0 && _file.Position + bytes.Length > _rotateAt)
                Rotate();
            _file.Write(bytes);
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!); // Always below the store's folder.
        var options = new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        return new FileStream(Path, options);
    }

    private void Rotate()
    {
        _file.Dispose();
        File.Move(Path, RotatedPath(Path), overwrite: true);
        Generation++;
        _file = Open();
    }
}
