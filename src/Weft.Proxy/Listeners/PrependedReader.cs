using System.Buffers;
using System.IO.Pipelines;

namespace Weft.Proxy.Listeners;

/// <summary>A reader that yields some bytes of its own before those of another. The first bytes are taken whole.</summary>
internal sealed class PrependedReader(ReadOnlyMemory<byte> first, PipeReader rest) : PipeReader
{
    private ReadOnlySequence<byte> _first = new(first);

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        _first.IsEmpty ? await rest.ReadAsync(cancellationToken) : new ReadResult(_first, isCanceled: false, isCompleted: false);

    public override bool TryRead(out ReadResult result)
    {
        if (_first.IsEmpty)
        {
            return rest.TryRead(out result);
        }

        result = new ReadResult(_first, isCanceled: false, isCompleted: false);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_first.IsEmpty)
        {
            rest.AdvanceTo(consumed, examined);
            return;
        }

        _first = _first.Slice(consumed);
    }

    public override void CancelPendingRead() => rest.CancelPendingRead();

    public override void Complete(Exception? exception = null) => rest.Complete(exception);
}
