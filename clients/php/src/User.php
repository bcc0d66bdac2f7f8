<?php

declare(strict_types=1);

namespace Atelier;

final class User
{
    public function __construct(private readonly Transport $transport)
    {
    }

    public function profile(): Result
    {
        return $this->transport->get('/user/profile');
    }
}
