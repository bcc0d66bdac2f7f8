<?php

declare(strict_types=1);

namespace Atelier;

final class Files
{
    public function __construct(private readonly Transport $transport)
    {
    }

    /** Sends a file, by its path. */
    public function upload(string $path, ?string $name = null, ?string $projectId = null): Result
    {
        if (!is_file($path) || !is_readable($path)) {
            throw new \InvalidArgumentException("There is no file {$path} that can be read.");
        }
        return $this->send(new Upload($path, null, $name ?? basename($path), self::fields($projectId)));
    }

    public function uploadBytes(string $bytes, string $name, ?string $projectId = null): Result
    {
        return $this->send(new Upload(null, $bytes, $name, self::fields($projectId)));
    }

    /** The bytes; with $to, a path, they go there and nothing is kept in memory. */
    public function download(string $id, ?string $to = null): string
    {
        // Under its own name only once it is whole, so that what breaks leaves nothing that looks like the file.
        $part = $to === null ? 'php://temp' : "{$to}.part";
        $sink = fopen($part, 'w+b');
        if ($sink === false) {
            throw new \InvalidArgumentException("{$to} cannot be written.");
        }
        try {
            $this->transport->download('/files/' . rawurlencode($id) . '/download', $sink);
            rewind($sink);
            $bytes = $to === null ? (string) stream_get_contents($sink) : '';
            if ($to !== null) {
                rename($part, $to);
            }
            return $bytes;
        } finally {
            fclose($sink);
            if ($to !== null && is_file($part)) {
                unlink($part);
            }
        }
    }

    public function delete(string $id): Result
    {
        return $this->transport->delete('/files/' . rawurlencode($id));
    }

    private function send(Upload $upload): Result
    {
        return $this->transport->upload('/files/upload', $upload)->withId('file_id');
    }

    /** @return array<string, string> */
    private static function fields(?string $projectId): array
    {
        return $projectId === null ? [] : ['project_id' => $projectId];
    }
}
